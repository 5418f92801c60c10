/** Moodle keeps grades with five decimals: counted in such steps they are whole numbers, which do not go astray. */
const stepsInOne = 100_000;

/** A grade in Moodle's numbers, and what the ERP's exam counts up to. */
export interface Graded {
  raw: number;
  max: number;
  /** The exam's `total_marks`. */
  total: number;
}

/**
 * OpenEduCat's marks: whole, rounded half up, within 0 and the exam's total. A floating point product would turn
 * 28.5 of 100 into 28.499…, so this counts in whole steps.
 */
export function marksOf({ raw, max, total }: Graded): number {
  const marks = dividedHalfUp(steps(raw) * total, steps(max));
  return Math.min(Math.max(0, marks), total);
}

/** The share of the range in percent with two decimals, as Moodle's own reports show it. */
export function percentOf(raw: number, { min, max }: { min: number; max: number }): number {
  if (max <= min) return 0;
  return dividedHalfUp((steps(raw) - steps(min)) * 10_000, steps(max) - steps(min)) / 100;
}

/** The `total_marks` of an exam that is graded up to this in Moodle: whole, and at least 1 as OpenEduCat wants. */
export function totalMarksOf(max: number): number {
  return Math.max(1, Math.round(max));
}

function steps(grade: number): number {
  return Math.round(grade * stepsInOne);
}

function dividedHalfUp(dividend: number, divisor: number): number {
  return Math.floor((2 * dividend + divisor) / (2 * divisor));
}
