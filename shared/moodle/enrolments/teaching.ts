import { dayOf } from '#shared/models/fields/school-day.ts';
import { type SubjectCourse, subjectCourseIdnumber } from '#shared/models/references.ts';
import type { Session } from '#shared/models/session.ts';
import { isOver, isUnreadable } from '#shared/moodle/accounts/doubts.ts';
import { render } from '#shared/moodle/conventions/template.ts';
import { scopeUnknown } from '#shared/moodle/failures.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import {
  type CourseInTime,
  coursesOfBatch,
  coursesOfProgram,
  isMade,
  type Phase,
} from '#shared/moodle/structure/course-periods.ts';
import { type Failure, missingDependency } from '#shared/sync/failure.ts';
import { addCourse, personCourses, type WantedCourses } from './person-courses.ts';

/**
 * op.session and op.faculty's faculty_subject_ids → the teacher role in the courses of the teacher's timetable and
 * in all courses of the teacher's subjects.
 */
export const teaching = personCourses({
  name: 'teaching',
  model: 'op.faculty',
  role: 'teacher',
  records: {
    model: 'op.session',
    isOf: (session, person) => session.facultyId === person,
    take: async (view, session, wanted) => {
      if (!isTaught(session)) return undefined;
      for (const { period, phase } of await coursesOfSession(view, session))
        await addIfOpen(view, wanted, { ...session, period }, phase);
      return failureOfSession(view, session);
    },
  },
  roleOf: async (view, id) => {
    const { teacher_role_by: by, teacher_roles, role_ids } = view.instance;
    if (by === undefined) return role_ids.teacher;
    const teacher = await view.read('op.faculty', id);
    if (teacher.state !== 'valid') return undefined;
    const position = render(by, () => teacher.item).text?.toLowerCase();
    const [, roleid] = Object.entries(teacher_roles).find(([name]) => name.toLowerCase() === position) ?? [];
    return roleid ?? role_ids.teacher;
  },
  takePerson: async (view, id, wanted) => {
    const teacher = await view.read('op.faculty', id);
    // Which subjects an unreadable teacher has is unknown.
    if (isUnreadable(teacher)) wanted.doubts.everything = true;
    const subjectIds = teacher.state === 'valid' ? teacher.record.subjectIds : [];
    for (const subjectId of subjectIds)
      for (const programId of await view.sources({ model: 'op.subject', id: subjectId }, 'op.course'))
        for (const { period, phase } of await coursesOfProgram(view, subjectId, programId))
          await addIfOpen(view, wanted, { subjectId, programId, period }, phase);
  },
});

/** The courses that are taught in a lecture, by what they are for. */
export function coursesOfSession(
  view: RecordView,
  session: Pick<Session, 'subjectId' | 'programId' | 'batchId' | 'startsAt'>,
): Promise<CourseInTime[]> {
  const { subjectId, startsAt } = session;
  const day = startsAt === undefined ? undefined : dayOf(startsAt, view.instance.time_zone);
  return coursesOfBatch(view, subjectId, session, day);
}

/** Whether a lecture counts. */
export function isTaught(session: Session): boolean {
  return session.active && session.state !== 'cancel';
}

/** Why a timetable session gives its teacher no course; undefined where it gives one or need not. */
async function failureOfSession(
  view: RecordView,
  { programId, subjectId }: Session,
): Promise<Failure | undefined> {
  const program = await view.read('op.course', programId);
  if (isUnreadable(program)) {
    return missingDependency(
      `The program ${programId} of this timetable session cannot be pushed.`,
      'course_id',
    );
  }
  if (program.state !== 'valid' || !program.record.subjectIds.includes(subjectId)) {
    return missingDependency(
      `The program ${programId} of this timetable session does not list its subject ${subjectId}.`,
      'subject_id',
    );
  }
  return (await scopeOfProgram(view, program.record)) === 'unknown' ? scopeUnknown() : undefined;
}

/**
 * Adds the course of a subject in a program if there is one in this instance; notes where that cannot be told. Whoever has
 * taught a course that is over keeps it.
 */
async function addIfOpen(
  view: RecordView,
  { courses, doubts }: WantedCourses,
  taught: TaughtCourse,
  phase: Phase,
): Promise<void> {
  const course = subjectCourseIdnumber(taught.subjectId, taught.programId, taught.period);
  const availability = await availabilityOfCourse(view, taught, phase);
  if (availability === 'open') addCourse(courses, course);
  else if (keepsCourse.has(availability)) doubts.courses.add(course);
}

/** Whether somebody can teach a subject in a program in this instance, and if not, why. */
export type CourseAvailability =
  | 'open'
  | 'over'
  | 'unlisted'
  | 'unreadable'
  | 'outside'
  | 'scope-unknown'
  | 'early'
  | 'ended';

const keepsCourse: ReadonlySet<CourseAvailability> = new Set(['unreadable', 'scope-unknown', 'ended']);

/** A course that somebody teaches. */
export type TaughtCourse = Pick<SubjectCourse, 'subjectId' | 'programId'> & {
  period: SubjectCourse['period'] | undefined;
};

export async function availabilityOfCourse(
  view: RecordView,
  { subjectId, programId, period }: TaughtCourse,
  phase: Phase,
): Promise<CourseAvailability> {
  const [program, subject] = await Promise.all([
    view.read('op.course', programId),
    view.read('op.subject', subjectId),
  ]);
  if (isOver(program) || isOver(subject)) return 'over';
  if (program.state === 'valid' && !program.record.subjectIds.includes(subjectId)) return 'unlisted';
  if (program.state !== 'valid' || subject.state !== 'valid') return 'unreadable';
  const scope = await scopeOfProgram(view, program.record);
  if (scope === 'unknown') return 'scope-unknown';
  if (scope === 'outside') return 'outside';
  if (phase === 'over') return 'ended';
  const course = subjectCourseIdnumber(subjectId, programId, period);
  return (await isMade(view, course, phase)) ? 'open' : 'early';
}
