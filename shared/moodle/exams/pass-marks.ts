import type { ReportedGrade } from '#shared/moodle/grades/report.ts';
import type { Exam } from './exam.ts';
import { fullMarksOf, marksOf } from './marks.ts';

/** What Moodle says of passing in a column, from the grades that pass and those that do not. */
export interface Passing {
  /** The highest grade that fails, and the lowest that passes. */
  fails: number | null;
  passes: number | null;
}

/** What the cells of a column say of passing: null for nothing, undefined where there is no grade to judge. */
export function passingIn(column: readonly ReportedGrade[]): Passing | null | undefined {
  const graded = column.flatMap(({ raw, passed }) => (raw === null ? [] : { raw, passed }));
  const judged = graded.filter(({ passed }) => passed !== null);
  if (judged.length === 0) return graded.length === 0 ? undefined : null;
  const grades = (passed: boolean) => judged.filter((each) => each.passed === passed).map(({ raw }) => raw);
  const [failing, passing] = [grades(false), grades(true)];
  return {
    fails: failing.length > 0 ? Math.max(...failing) : null,
    passes: passing.length > 0 ? Math.min(...passing) : null,
  };
}

/** Whether a pass mark judges everybody in the column as Moodle does. */
export function agrees({ fails, passes }: Passing, gradePass: number): boolean {
  return (fails === null || fails < gradePass) && (passes === null || gradePass <= passes);
}

/**
 * The `min_marks` that judge everybody as Moodle does. Where its pass mark is not known exactly, the exam's own stays as
 * long as it does; else it is half the marks, or the nearest to it that lies between those who fail and those who pass.
 *
 * @param gradePass Moodle's exact pass mark; null where it is not known
 * @returns null where Moodle says nothing of passing
 */
export function minMarksOf(
  passing: Passing | null,
  gradePass: number | null,
  { total, minMarks }: Pick<Exam, 'total' | 'minMarks'>,
  max: number,
): number | null {
  if (!passing) return null;
  const marks = (raw: number) => marksOf({ raw, max, total });
  const within = (least: number) => Math.min(Math.max(1, least), total);
  if (gradePass !== null) return within(marks(gradePass));
  const failing = passing.fails;
  const lowest = failing === null ? 1 : within(fullMarksOf({ raw: failing, max, total }) + 1);
  const highest = Math.max(lowest, passing.passes === null ? total : within(marks(passing.passes)));
  const wanted = minMarks ?? Math.round(total / 2);
  return Math.min(Math.max(lowest, wanted), highest);
}
