import type { PullSession } from '#shared/engine/pull-service.ts';
import type { CellChange } from './gradebook-changes.ts';
import { type KnownStudents, marksIn } from './known-grades.ts';

/** A grade that has records, and whose cell is empty now. */
export type EmptyCell = Pick<CellChange, 'student' | 'grade'>;

/**
 * Decides what becomes of grades whose cells are empty now.
 *
 * @returns `taken`: a teacher has taken them back; `kept`: they were emptied with their student, or an operator has
 *   said that they stay; `held`: the brake is on
 */
export async function judgeEmptied(
  emptied: readonly CellChange[],
  known: KnownStudents,
  showsRows: boolean,
  { brake, instance, count }: Pick<PullSession, 'brake' | 'instance' | 'count'>,
): Promise<{ taken: CellChange[]; kept: CellChange[]; held: CellChange[] }> {
  const kept = emptied.filter((cell) => isEmptiedWithStudent(cell, known, showsRows));
  const others = emptied.filter((cell) => !kept.includes(cell));
  if (others.length === 0) return { taken: [], kept, held: [] };
  const tooMuch = isTooMuch(others, known, instance.brake.share);
  switch (await brake.takeBack(instance, 'marks', others.length, tooMuch)) {
    case 'taken':
      return { taken: others, kept, held: [] };
    case 'kept':
      return { taken: [], kept: emptied.slice(), held: [] };
    case 'held':
      count('MarksHeld', others.length);
      return { taken: [], kept, held: others };
  }
}

/**
 * Whether a cell was emptied with the student and not by a teacher. When an enrolment ends, Moodle deletes the rows of
 * the student's grades, and whoever comes back has none; a grade that a teacher takes back leaves an empty row.
 *
 * @param showsRows whether the report tells which cells have a row
 */
export function isEmptiedWithStudent(
  { student, grade }: EmptyCell,
  known: KnownStudents,
  showsRows: boolean,
): boolean {
  return known.get(student)?.away === true || (showsRows && !grade.hasRow);
}

/** So many grades of a course may always be taken back. */
const fewest = 3;

/**
 * Whether so much of a course would be taken back that it looks like a reset or a mistake rather than a teacher's
 * doing: more than a share of its grades, all of them, or all that a student has.
 */
export function isTooMuch(taken: readonly EmptyCell[], known: KnownStudents, share: number): boolean {
  const counts = new Map([...known].map(([id, student]) => [id, marksIn(student)]));
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (taken.length > Math.max(fewest, Math.floor(share * all))) return true;
  const byStudent = Map.groupBy(taken, ({ student }) => student);
  const losesAll = ([student, { length }]: [string, EmptyCell[]]) =>
    length > 1 && length === counts.get(student);
  return (taken.length > 1 && taken.length === all) || [...byStudent].some(losesAll);
}
