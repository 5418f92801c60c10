import { describe, expect, it } from 'vitest';
import { marksOf, percentOf, totalMarksOf } from '#shared/moodle/gradebook/marks.ts';

describe('marksOf', () => {
  it.each([
    [77.5, 100, 100, 78],
    [77.49999, 100, 100, 77],
    [0, 100, 100, 0],
    [100, 100, 100, 100],
    // 0.285 * 100 is 28.499999999999996 as a floating point number.
    [28.5, 100, 100, 29],
    [0.285, 1, 100, 29],
    [1.005, 10, 1000, 101],
    [28.5, 50, 50, 29],
    [28.4, 50, 200, 114],
    [3.5, 7, 7, 4],
    [1, 7, 100, 14],
    [2, 3, 3, 2],
    [0.5, 1, 1, 1],
  ])('of %d out of %d, counted to %d, is %d', (raw, max, total, marks) => {
    expect(marksOf({ raw, max, total })).toBe(marks);
  });

  it('stays within 0 and the total, whatever extra credit or penalties give', () => {
    expect(marksOf({ raw: 110, max: 100, total: 100 })).toBe(100);
    expect(marksOf({ raw: -5, max: 100, total: 100 })).toBe(0);
  });
});

describe('rounding', () => {
  it.each([
    // raw, max, total, least, passed, marks
    [4.6, 10, 10, 5, null, 4],
    [4.6, 10, 10, 5, false, 4],
    [5, 10, 10, 5, null, 5],
    // A pass mark of 4.5 is 5 of 10 marks: what passes reaches them, what fails does not.
    [4.5, 10, 10, 5, true, 5],
    [4.49, 10, 10, 5, false, 4],
    [49.6, 100, 100, 50, null, 49],
    [49.6, 100, 1000, 500, false, 496],
    [0, 10, 10, 1, true, 1],
    [10, 10, 10, 10, true, 10],
  ])('of %d out of %d to %d marks crosses no pass mark of %d (passed: %j): %d', (...row) => {
    const [raw, max, total, least, passed, marks] = row;
    expect(marksOf({ raw, max, total, least, passed })).toBe(marks);
  });
});

describe('percentOf', () => {
  it.each([
    [15, 0, 20, 75],
    [1, 0, 3, 33.33],
    [2, 0, 3, 66.67],
    [28.5, 0, 100, 28.5],
    [0.285, 0, 1, 28.5],
    [15, 10, 20, 50],
    [3, 3, 3, 0],
  ])('of %d between %d and %d is %d', (raw, min, max, percent) => {
    expect(percentOf(raw, { min, max })).toBe(percent);
  });
});

describe('totalMarksOf', () => {
  it.each([
    [100, undefined, 1000],
    [10, undefined, 1000],
    [20, undefined, 2000],
    [7.5, undefined, 7500],
    [0.3, undefined, 3000],
    [1000, undefined, 1000],
    [1234.5, undefined, 1235],
    [7.5, 'moodle' as const, 8],
    [0.3, 'moodle' as const, 1],
    [7.5, 20, 20],
  ])('of %d, counted as %s, is %d', (max, setting, total) => {
    expect(totalMarksOf(max, setting)).toBe(total);
  });
});
