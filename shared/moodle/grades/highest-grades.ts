import type { GradeItem } from '#shared/moodle/functions/grade-items.ts';

/** Steps in which highest grades are looked for, the roundest first. */
const steps = [1, 0.5, 0.1, 0.01];

/**
 * The highest grade of each column whose report shows no range, from the percentages beside the grades: 88 is 88.00 %,
 * so it is 100. A column of words, or without a grade above 0, is left out.
 */
export function highestGrades(cells: GradeItem[]): Map<number, number> {
  const found = new Map<number, number>();
  const rangeless = cells.filter(({ gradetype }) => gradetype === undefined);
  for (const [id, column] of Map.groupBy(rangeless, (cell) => cell.id)) {
    const graded = column.filter(({ graderaw }) => typeof graderaw === 'number');
    const highest = graded.every(isNumber) ? highestOf(graded) : undefined;
    if (highest !== undefined) found.set(id, highest);
  }
  return found;
}

/** A number is shown as it is, to some decimals; the word of a scale is not its place. */
function isNumber({ graderaw, shown }: GradeItem): boolean {
  return shown !== null && Math.abs(shown - (graderaw ?? 0)) <= 0.5;
}

function highestOf(cells: GradeItem[]): number | undefined {
  let lowest = 0;
  let highest = Number.POSITIVE_INFINITY;
  for (const { graderaw, percentage } of cells) {
    if (!graderaw || !percentage || percentage.value <= percentage.error) continue;
    lowest = Math.max(lowest, (graderaw * 100) / (percentage.value + percentage.error));
    highest = Math.min(highest, (graderaw * 100) / (percentage.value - percentage.error));
  }
  if (highest === Number.POSITIVE_INFINITY) return undefined;
  const middle = (lowest + highest) / 2;
  return steps
    .map((step) => Number((Math.round(middle / step) * step).toFixed(2)))
    .find((candidate) => lowest <= candidate && candidate <= highest);
}
