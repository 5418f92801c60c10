import type { Item } from '#shared/store/documents.ts';
import { type Claimant, contested } from './claims.ts';
import { isInvalid } from './edits.ts';
import type { SeenMoodle } from './seen-moodle.ts';
import type { Courses } from './structure-oracle.ts';
import { type Holdings, idOf } from './university.ts';
import type { Verdicts } from './verdicts.ts';

const kinds = [
  ['op.student', 'oec_student_', 'enrolments', 'student'],
  ['op.faculty', 'oec_faculty_', 'teaching', 'editingteacher'],
] as const;

/** Students and teachers: accounts with the right name and address; suspended where the record says so or is gone. */
export function judgePeople(university: Holdings, seen: SeenMoodle, verdicts: Verdicts): void {
  const found = new Map(seen.users.map((user) => [user.idnumber, user]));
  const holders = new Map(seen.users.map((user) => [user.email.toLowerCase(), user.idnumber]));
  const claims: Claimant[] = [];
  for (const [model, prefix] of kinds) {
    for (const person of university.of(model)) {
      const idnumber = `${prefix}${person.id}`;
      if (!isInvalid(person) && (person.active !== false || found.has(idnumber)))
        claims.push({ idnumber, wants: String(person.email) });
    }
  }
  const excused = contested(claims, holders);
  for (const [model, prefix] of kinds) {
    for (let id = 1; id <= university.counts[model]; id += 1) {
      const idnumber = `${prefix}${id}`;
      const person = university.get(model, id);
      const user = found.get(idnumber);
      const isActive = person !== undefined && person.active !== false;
      if (person && isInvalid(person) && isActive) {
        verdicts.isReported(idnumber);
      } else if (!person || isInvalid(person)) {
        if (user) verdicts.entity(idnumber, user.suspended ? undefined : 'is not suspended', false);
      } else if (user || isActive) {
        const mismatch = !user
          ? 'is missing'
          : user.suspended === isActive
            ? `is ${isActive ? '' : 'not '}suspended`
            : user.email !== person.email
              ? 'has another address'
              : user.firstname !== person.first_name || user.lastname !== person.last_name
                ? 'has another name'
                : undefined;
        verdicts.entity(idnumber, mismatch, excused.has(idnumber));
      }
    }
  }
}

/** A person's courses: the groups wanted in each (undefined: any), and what nobody can say for certain. */
type Wanted = {
  courses: Map<string, Set<string>>;
  anyGroups: Set<string>;
  inDoubt: (course: string) => boolean;
};

/** Enrolments, group members and teachers: exactly those the records ask for; all others suspended. */
export function judgePlaces(
  university: Holdings,
  seen: SeenMoodle,
  courses: Courses,
  verdicts: Verdicts,
): void {
  const found = new Map(seen.courses.map((course) => [course.idnumber, course]));
  const accounts = new Set(seen.users.map(({ idnumber }) => idnumber));
  for (const [model, prefix, service, role] of kinds) {
    for (let id = 1; id <= university.counts[model]; id += 1) {
      const person = university.get(model, id);
      const idnumber = `${prefix}${id}`;
      if (!accounts.has(idnumber) || (person && isInvalid(person) && person.active !== false)) continue;
      const isActive = person !== undefined && person.active !== false && !isInvalid(person);
      const wanted = !isActive
        ? nothing()
        : model === 'op.student'
          ? studentPlaces(id)
          : teacherPlaces(person, id);
      const wrong: string[] = [];
      let isExcused = false;
      for (const [course, groups] of wanted.courses) {
        const at = found.get(course);
        const missing = [...groups].filter((group) => !at?.groups.some((other) => other.idnumber === group));
        if (!at || missing.length > 0) isExcused = true;
        if (!at) continue;
        const place = at.places.get(idnumber);
        if (!place || place.suspended || place.roles.join() !== role) {
          wrong.push(
            `${course}: ${place ? `${place.suspended ? 'suspended ' : ''}${place.roles}` : 'not enrolled'}`,
          );
        } else if (!wanted.anyGroups.has(course)) {
          const expected = [...groups].filter((group) => !missing.includes(group)).sort();
          if (expected.join() !== place.groups.join())
            wrong.push(`${course}: in the groups ${place.groups.join()} and not in ${expected.join()}`);
        }
      }
      for (const course of seen.courses) {
        const place = course.places.get(idnumber);
        if (
          !place ||
          place.suspended ||
          wanted.courses.has(course.idnumber) ||
          wanted.inDoubt(course.idnumber)
        )
          continue;
        wrong.push(`${course.idnumber}: still enrolled`);
      }
      // A course or group that is not there excuses only itself: everything else was judged above.
      if (wrong.length > 0 || wanted.courses.size > 0)
        verdicts.entity(
          `${idnumber}@${service}`,
          wrong.length > 0 ? wrong.join('; ') : undefined,
          isExcused,
          true,
        );
    }
  }

  function nothing(): Wanted {
    return { courses: new Map(), anyGroups: new Set(), inDoubt: () => false };
  }

  function studentPlaces(studentId: number): Wanted {
    const wanted = nothing();
    const doubtful = new Set<number>();
    let isAllInDoubt = false;
    for (const enrolment of university.of('op.student.course')) {
      if (isInvalid(enrolment)) {
        if (idOf(enrolment.student_id) === studentId) isAllInDoubt = true;
        continue;
      }
      if (idOf(enrolment.student_id) !== studentId || enrolment.state === 'finished') continue;
      const programId = idOf(enrolment.course_id)!;
      const program = university.get('op.course', programId);
      const batchId = idOf(enrolment.batch_id);
      const batch = university.get('op.batch', batchId);
      if (program && isInvalid(program) && program.active !== false) doubtful.add(programId);
      if (!program || isInvalid(program) || program.active === false) continue;
      if (batchId !== undefined && (!batch || batch.active === false)) continue;
      const chosen = Array.isArray(enrolment.subject_ids) ? enrolment.subject_ids : [];
      for (const course of courses.wanted.values()) {
        if (course.programId !== programId || !course.isVisible) continue;
        const isCompulsory = university.get('op.subject', course.subjectId)?.subject_type === 'compulsory';
        if (!(chosen.length > 0 ? chosen.includes(course.subjectId) : isCompulsory)) continue;
        const groups = wanted.courses.get(course.idnumber) ?? new Set();
        wanted.courses.set(course.idnumber, batch ? groups.add(`oec_batch_${batch.id}`) : groups);
      }
    }
    if (isAllInDoubt) for (const course of wanted.courses.keys()) wanted.anyGroups.add(course);
    wanted.inDoubt = (course) =>
      isAllInDoubt ||
      courses.inDoubt.has(course) ||
      [...doubtful].some((id) => course.endsWith(`_course_${id}`));
    return wanted;
  }

  function teacherPlaces(teacher: Item, teacherId: number): Wanted {
    const wanted = nothing();
    const subjectIds = Array.isArray(teacher.faculty_subject_ids) ? teacher.faculty_subject_ids : [];
    let isAllInDoubt = false;
    const taught = new Set<string>();
    for (const session of university.of('op.session')) {
      if (idOf(session.faculty_id) !== teacherId) continue;
      if (isInvalid(session)) isAllInDoubt = true;
      else if (session.state !== 'cancel' && session.active !== false)
        taught.add(`oec_subj_${idOf(session.subject_id)}_course_${idOf(session.course_id)}`);
    }
    for (const course of courses.wanted.values()) {
      const isWanted = taught.has(course.idnumber) || subjectIds.includes(course.subjectId);
      if (course.isVisible && isWanted) wanted.courses.set(course.idnumber, new Set());
    }
    wanted.inDoubt = (course) => isAllInDoubt || courses.inDoubt.has(course);
    return wanted;
  }
}
