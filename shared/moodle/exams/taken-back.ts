import { isTooMuchOfCourse } from '#shared/moodle/brakes.ts';
import type { CellChange, StudentGrades } from '#shared/moodle/grades/gradebook-changes.ts';
import { type KnownStudents, marksIn } from '#shared/moodle/grades/known-grades.ts';
import type { Report } from '#shared/moodle/grades/report.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';

/** A grade that has records, and whose cell is empty now. */
export type EmptyCell = Pick<CellChange, 'student' | 'grade'>;

/**
 * The students who are, or were since the last pull, out of the course. When an enrolment ends, Moodle deletes the rows
 * of the student's grades, and whoever comes back has none; a grade that a teacher takes back leaves an empty one.
 *
 * @param students whom the report has
 */
export function whoLeft(
  known: KnownStudents,
  students: readonly StudentGrades[],
  { showsRows }: Pick<Report, 'showsRows'>,
): Set<string> {
  const hasRows = ({ grades }: StudentGrades) =>
    !showsRows || grades.length === 0 || grades.some((each) => each.hasRow);
  const present = new Set(students.filter(hasRows).map(({ student }) => student));
  return new Set([...known.keys()].filter((student) => !present.has(student)));
}

/**
 * Decides what becomes of grades whose cells are empty now.
 *
 * @returns `taken`: a teacher has taken them back; `kept`: an operator has said that they stay; `held`: the brake is on
 */
export async function judgeEmptied(
  emptied: readonly CellChange[],
  known: KnownStudents,
  { brake, instance, count }: Pick<PullSession, 'brake' | 'instance' | 'count'>,
): Promise<Record<'taken' | 'kept' | 'held', readonly CellChange[]>> {
  const judged = { taken: [], kept: [], held: [] };
  if (emptied.length === 0) return judged;
  const tooMuch = isTooMuch(emptied, known, instance.brake.share);
  const verdict = await brake.takeBack(instance, 'marks', emptied.length, tooMuch);
  if (verdict === 'held') count('MarksHeld', emptied.length);
  return { ...judged, [verdict]: emptied };
}

/**
 * Whether so much of a course would be taken back that an operator has to be asked: too many of its grades, or all that
 * a student has.
 */
export function isTooMuch(taken: readonly EmptyCell[], known: KnownStudents, share: number): boolean {
  if (share >= 1) return false;
  const counts = new Map([...known].map(([id, student]) => [id, marksIn(student)]));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (isTooMuchOfCourse(taken.length, all, share)) return true;
  const byStudent = Map.groupBy(taken, ({ student }) => student);
  return [...byStudent].some(([student, { length }]) => length > 1 && length === counts.get(student));
}
