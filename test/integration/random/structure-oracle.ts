import { type Claimant, contested } from './claims.ts';
import { isInvalid } from './edits.ts';
import type { SeenMoodle } from './seen-moodle.ts';
import { type Holdings, idOf } from './university.ts';
import type { Verdicts } from './verdicts.ts';

/** A course that should be there: by its idnumber `oec_subj_{subject}_course_{program}`. */
export type WantedCourse = { idnumber: string; subjectId: number; programId: number; isVisible: boolean };

/** Courses by what the records say of them. */
export type Courses = {
  wanted: Map<string, WantedCourse>;
  /** Their subject or program is invalid: they stay as they are. */
  inDoubt: Set<string>;
};

/** The courses the records ask for: one for each subject in each program that lists it. */
export function coursesOf(university: Holdings): Courses {
  const wanted = new Map<string, WantedCourse>();
  const inDoubt = new Set<string>();
  for (const program of university.of('op.course')) {
    const subjectIds = Array.isArray(program.subject_ids) ? program.subject_ids : [];
    for (const subject of university.of('op.subject')) {
      const idnumber = `oec_subj_${subject.id}_course_${program.id}`;
      // What an invalid record says is not believed, but for its being archived; the other one is believed anyway.
      const isUnclear = isInvalid(subject) || isInvalid(program);
      if (isUnclear && (subject.active === false || program.active === false)) continue;
      if (isInvalid(program)) inDoubt.add(idnumber);
      else if (!subjectIds.includes(Number(subject.id))) continue;
      else if (isInvalid(subject)) inDoubt.add(idnumber);
      else {
        const isVisible = subject.active !== false && program.active !== false;
        wanted.set(idnumber, {
          idnumber,
          subjectId: Number(subject.id),
          programId: Number(program.id),
          isVisible,
        });
      }
    }
  }
  return { wanted, inDoubt };
}

/** Departments and programs: categories under the right parent, with the right name. */
export function judgeCategories(university: Holdings, seen: SeenMoodle, verdicts: Verdicts): void {
  const found = new Map(
    seen.categories.flatMap((category) => (category.idnumber ? [[category.idnumber, category]] : [])),
  );
  for (const [model, prefix] of [
    ['op.department', 'oec_dept_'],
    ['op.course', 'oec_course_'],
  ] as const) {
    for (const record of university.of(model)) {
      const idnumber = `${prefix}${record.id}`;
      if (isInvalid(record)) {
        verdicts.isReported(idnumber);
        continue;
      }
      const parentId = idOf(record.parent_id);
      const departmentId = idOf(record.department_id);
      const parent =
        parentId !== undefined
          ? `${prefix}${parentId}`
          : departmentId !== undefined
            ? `oec_dept_${departmentId}`
            : '';
      const category = found.get(idnumber);
      const isParentMissing = parent !== '' && !found.has(parent);
      if (!category && record.active === false) continue;
      const mismatch = !category
        ? 'is missing'
        : category.parentIdnumber !== parent
          ? `lies in ${category.parentIdnumber || 'the top'} and not in ${parent || 'the top'}`
          : category.name !== record.name
            ? 'has another name'
            : undefined;
      // Moodle has no circles: a category that should move below itself waits until what lies between has moved.
      const isCircle = liesIn(parent, idnumber);
      verdicts.entity(idnumber, mismatch, isParentMissing || isCircle || isOwnAncestor(record.id, model));
    }
  }

  function liesIn(start: string, ancestor: string): boolean {
    for (let at = found.get(start); at; at = found.get(at.parentIdnumber))
      if (at.idnumber === ancestor) return true;
    return false;
  }

  function isOwnAncestor(id: unknown, model: 'op.department' | 'op.course'): boolean {
    const visited = new Set<number>();
    for (let at = Number(id); ; ) {
      const parent = idOf(university.get(model, at)?.parent_id);
      if (parent === undefined) return false;
      if (visited.has(parent)) return true;
      visited.add(parent);
      at = parent;
    }
  }
}

/** Subjects: courses with name, short name, category and visibility; those not wanted any more are hidden. */
export function judgeCourses(
  university: Holdings,
  seen: SeenMoodle,
  courses: Courses,
  verdicts: Verdicts,
): void {
  const found = new Map(seen.courses.map((course) => [course.idnumber, course]));
  const categories = new Set(seen.categories.map(({ idnumber }) => idnumber));
  const claims: Claimant[] = [];
  for (const { idnumber, subjectId, programId, isVisible } of courses.wanted.values()) {
    if (isVisible || found.has(idnumber)) claims.push({ idnumber, wants: shortname(subjectId, programId) });
  }
  const holders = new Map(seen.courses.map((course) => [course.shortname.toLowerCase(), course.idnumber]));
  const excused = contested(claims, holders);
  for (const { idnumber, subjectId, programId, isVisible } of courses.wanted.values()) {
    const course = found.get(idnumber);
    const category = `oec_course_${programId}`;
    if (!course && !isVisible) continue;
    const mismatch = !course
      ? 'is missing'
      : course.visible !== isVisible
        ? `is ${course.visible ? 'visible' : 'hidden'}`
        : course.category !== category
          ? `lies in ${course.category}`
          : course.shortname !== shortname(subjectId, programId)
            ? `has the short name ${course.shortname}`
            : course.fullname !== university.get('op.subject', subjectId)?.name
              ? 'has another name'
              : undefined;
    verdicts.entity(idnumber, mismatch, excused.has(idnumber) || !categories.has(category));
  }
  for (const idnumber of courses.inDoubt) {
    const [, subjectId, programId] = /^oec_subj_(\d+)_course_(\d+)$/.exec(idnumber) ?? [];
    const program = university.get('op.course', Number(programId));
    const lists = Array.isArray(program?.subject_ids) && program.subject_ids.includes(Number(subjectId));
    if (lists || found.has(idnumber)) verdicts.isReported(idnumber);
  }
  for (const { idnumber, visible } of seen.courses) {
    if (courses.wanted.has(idnumber) || courses.inDoubt.has(idnumber)) continue;
    verdicts.entity(idnumber, visible ? 'is visible and nobody wants it' : undefined, false);
  }

  function shortname(subjectId: number, programId: number): string {
    return `${university.get('op.subject', subjectId)?.code}_${university.get('op.course', programId)?.code}`;
  }
}

/** Batches: groups in the courses of their program. */
export function judgeGroups(
  university: Holdings,
  seen: SeenMoodle,
  courses: Courses,
  verdicts: Verdicts,
): void {
  const found = new Map(seen.courses.map((course) => [course.idnumber, course]));
  for (const batch of university.of('op.batch')) {
    const idnumber = `oec_batch_${batch.id}`;
    if (isInvalid(batch)) {
      verdicts.isReported(idnumber);
      continue;
    }
    if (batch.active === false) continue;
    for (const course of courses.wanted.values()) {
      if (course.programId !== idOf(batch.course_id) || !course.isVisible) continue;
      const place = found.get(course.idnumber);
      const group = place?.groups.find((other) => other.idnumber === idnumber);
      const name = `${batch.name} (${batch.code})`;
      const mismatch = !group ? 'is missing' : group.name !== name ? `is called ${group.name}` : undefined;
      verdicts.entity(`${idnumber}@${course.idnumber}`, mismatch, !place);
    }
  }
}
