import { type Noted, type PlannedCourse, whileClaimed } from '#shared/engine/pull-courses.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import { studentsOfAccounts } from '../students-of-accounts.ts';
import { examKey } from './activity.ts';
import {
  type AssignmentBooks,
  assignmentChanges,
  assignmentsDigest,
  booksOf,
  type GradedAssignment,
  gradesSince,
  latestOf,
  rowKey,
} from './assignment-changes.ts';
import { coursePlaceOf } from './course-place.ts';
import { makeExams, readExams } from './make-exams.ts';
import type { NotedAssignment } from './report.ts';

/** A course in a task, with the assignments that its gradebook has shown. */
export interface PlannedAssignments extends PlannedCourse {
  assignments: NotedAssignment[];
  /** When the latest grade that is known was given, in seconds on Moodle's clock. */
  since?: number | undefined;
}

/** What is noted on a course's mapping. */
export interface AssignmentsNote extends Noted {
  since?: number;
  digest?: string;
}

/** A grade may be stored a little after the time it carries, by a slow request say: so far back is asked again. */
const overlap = 10 * 60;

/** From when on a course's grades are asked for, in seconds since 1970. */
export function askedSince({ since }: PlannedAssignments): number {
  return Math.max(0, (since ?? 0) - overlap);
}

/** What Moodle said about a course's assignments. */
export interface AssignmentsAnswer {
  assignments: GradedAssignment[];
  /** False where it refused some of them. */
  isWhole: boolean;
}

/** Brings home what changed in a course's assignments. For an unchanged one nothing is read or written. */
export async function pullAssignments(
  course: PlannedAssignments,
  answer: AssignmentsAnswer,
  session: PullSession,
): Promise<void> {
  const assignments = gradesSince(answer.assignments, askedSince(course));
  const latest = latestOf(assignments);
  if (latest === undefined || assignmentsDigest(assignments) === course.digest) {
    session.count('CoursesUnchanged', 1);
    return;
  }
  await whileClaimed('assessments', course, session, async (noted) => {
    await bringHome(course, assignments, session);
    // What was refused may be opened later: the time stays, so that its grades are not passed over then.
    if (!answer.isWhole) return noted;
    // The digest of what the next answer has if nothing changes.
    const again = gradesSince(assignments, latest - overlap);
    return { since: latest, digest: assignmentsDigest(again) } satisfies AssignmentsNote;
  });
}

/** Records are written before what is remembered of them: after a crash they are written again, and never lost. */
async function bringHome(
  course: PlannedAssignments,
  assignments: GradedAssignment[],
  session: PullSession,
): Promise<void> {
  const { instance, pulled, states, count } = session;
  const about = { instance: instance.id, place: coursePlaceOf(course.idnumber) };
  const books = booksOf(course.idnumber, await states.list(instance.id, rowKey(course.idnumber)));
  await findStudents(course.idnumber, assignments, books, session);
  const noted = course.assignments.map(({ id, name, max }) => ({
    activity: { module: 'assign', id } as const,
    name,
    max,
  }));
  const answered = new Set(assignments.map(({ assignmentid }) => assignmentid));
  const exams = await readExams(
    session,
    noted.filter(({ activity }) => answered.has(activity.id)),
  );
  const maxima = new Map(course.assignments.map(({ id, max }) => [id, max]));
  const { records, rows, graded } = assignmentChanges(assignments, about, books, { maxima, exams });
  const missing = noted.flatMap(({ activity, ...known }) => {
    const gradedAt = graded.get(activity.id);
    if (gradedAt === undefined || exams.has(examKey(instance.id, activity))) return [];
    return [{ activity, ...known, gradePass: null, gradedAt }];
  });
  await makeExams(course, session, missing);
  await pulled.put(instance.id, records);
  if (records.length > 0) count('RecordsPulled', records.length);
  await states.put(instance.id, rows);
}

/** Adds to the books who the graded people are that have no row yet: the answer has nothing but Moodle's ids. */
async function findStudents(
  course: string,
  assignments: GradedAssignment[],
  { students }: AssignmentBooks,
  session: PullSession,
): Promise<void> {
  const graded = assignments.flatMap(({ grades }) => grades).filter(({ grade }) => grade !== null);
  const strangers = graded.map(({ userid }) => userid).filter((id) => !students.has(id));
  for (const [id, student] of await studentsOfAccounts(strangers, course, session)) students.set(id, student);
}
