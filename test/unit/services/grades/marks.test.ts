import { describe, expect, it } from 'vitest';
import { marksOf, percentOf, totalMarksOf } from '#shared/services/grades/marks.ts';

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
    [100, 100],
    [7.5, 8],
    [0.3, 1],
  ])('of %d is %d', (max, total) => {
    expect(totalMarksOf(max)).toBe(total);
  });
});
