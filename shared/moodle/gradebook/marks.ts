import type { ReportedGrade } from './report.ts';

/** Moodle keeps grades with five decimals: counted in such steps they are whole numbers, which do not go astray. */
const stepsInOne = 100_000;

/** A grade in Moodle's numbers, and how the ERP's exam counts. */
export interface Graded {
  raw: number;
  max: number;
  /** The exam's `total_marks`. */
  total: number;
  /** The exam's `min_marks`, where it has any: the marks that pass. */
  least?: number | null;
  /** What Moodle says of passing, where that decides; null where it says nothing, or the exam's own marks decide. */
  passed?: boolean | null;
}

/**
 * OpenEduCat's marks: whole, rounded half up, within 0 and the exam's total, and never rounded across the pass mark:
 * what fails stays below `least`, what passes reaches it. A floating point product would turn 28.5 of 100 into
 * 28.499…, so this counts in whole steps.
 */
export function marksOf({ raw, max, total, least = null, passed = null }: Graded): number {
  const exact = steps(raw) * total;
  const rounded = Math.min(Math.max(0, dividedHalfUp(exact, steps(max))), total);
  if (least === null) return rounded;
  const passes = passed ?? exact >= least * steps(max);
  return passes ? Math.max(rounded, least) : Math.min(rounded, least - 1);
}

/** The marks that a grade has reached in full: those above it are the least that it does not pass by. */
function fullMarksOf({ raw, max, total }: Omit<Graded, 'least' | 'passed'>): number {
  return Math.min(Math.max(0, Math.floor((steps(raw) * total) / steps(max))), total);
}

/** The share of the range in percent with two decimals, as Moodle's own reports show it. */
export function percentOf(raw: number, { min, max }: { min: number; max: number }): number {
  if (max <= min) return 0;
  return dividedHalfUp((steps(raw) - steps(min)) * 10_000, steps(max) - steps(min)) / 100;
}

/** How an instance counts exams that come from Moodle: so many marks for each, or as many as Moodle's highest grade. */
export type TotalMarks = number | 'moodle';

/** Fewer marks than these would lose what teachers write: 4.95 of 10. */
const fewestMarks = 1000;

/**
 * The `total_marks` of an exam that is graded up to this in Moodle: whole, and at least 1 as OpenEduCat wants. Unless
 * the instance says how many, Moodle's highest grade times 1, 10, 100, …, so that there are a thousand marks or more:
 * 4.95 of 10 are 495 of 1000, 77.5 of 100 are 775 of 1000.
 */
export function totalMarksOf(max: number, setting?: TotalMarks): number {
  if (typeof setting === 'number') return setting;
  let total = max;
  if (setting === undefined) while (total < fewestMarks) total *= 10;
  return Math.max(1, Math.round(total));
}

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
  { total, minMarks }: { total: number; minMarks: number | null },
  max: number,
): number | null {
  if (!passing) return null;
  const marks = (raw: number) => marksOf({ raw, max, total });
  const within = (least: number) => Math.min(Math.max(1, least), total);
  if (gradePass !== null) return within(marks(gradePass));
  const failing = passing.fails;
  const lowest = failing === null ? 1 : within(fullMarksOf({ raw: failing, max, total }) + 1);
  const highest = Math.max(lowest, passing.passes === null ? total : within(marks(passing.passes)));
  const usual = minMarks ?? Math.round(total / 2);
  return Math.min(Math.max(lowest, usual), highest);
}

function steps(grade: number): number {
  return Math.round(grade * stepsInOne);
}

function dividedHalfUp(dividend: number, divisor: number): number {
  return Math.floor((2 * dividend + divisor) / (2 * divisor));
}
