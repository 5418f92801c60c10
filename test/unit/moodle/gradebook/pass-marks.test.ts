import { describe, expect, it } from 'vitest';
import { agrees, minMarksOf, type Passing, passingIn } from '#shared/moodle/gradebook/marks.ts';
import type { ReportedGrade } from '#shared/moodle/gradebook/report.ts';

const cell = (raw: number | null, passed: boolean | null) => ({ raw, passed }) as ReportedGrade;

describe('passingIn', () => {
  it('tells the highest grade that fails and the lowest that passes', () => {
    const column = [cell(3, false), cell(4.6, false), cell(5, true), cell(9, true), cell(null, null)];
    expect(passingIn(column)).toEqual({ fails: 4.6, passes: 5 });
    expect(passingIn([cell(3, false)])).toEqual({ fails: 3, passes: null });
  });

  it('is null where Moodle says nothing, and undefined where there is nothing to judge', () => {
    expect(passingIn([cell(3, null), cell(null, null)])).toBeNull();
    expect(passingIn([cell(null, null)])).toBeUndefined();
    expect(passingIn([])).toBeUndefined();
  });
});

describe('agrees', () => {
  it.each([
    [5, true],
    [4.6, false],
    [4.7, true],
    [5.1, false],
  ])('a pass mark of %d with fails up to 4.6 and passes from 5: %j', (gradePass, expected) => {
    expect(agrees({ fails: 4.6, passes: 5 }, gradePass)).toBe(expected);
  });
});

describe('minMarksOf', () => {
  const exam = { total: 1000, minMarks: null };
  it.each<[string, Passing | null, number | null, number | null, number | null]>([
    ['nothing where Moodle says nothing', null, null, 400, null],
    ["Moodle's exact mark", { fails: 4, passes: 7 }, 5.5, null, 550],
    ['half the marks where that judges all rightly', { fails: 1.2, passes: null }, null, null, 500],
    ['above what fails', { fails: 6, passes: null }, null, null, 601],
    ['at what passes', { fails: null, passes: 4 }, null, null, 400],
    ['what it was, as long as that judges all rightly', { fails: 4, passes: 7 }, null, 650, 650],
    ['nearest to what it was', { fails: 4, passes: 6 }, null, 650, 600],
    ['at least 1', { fails: null, passes: 0 }, null, null, 1],
    ['no more than the total', { fails: 10, passes: null }, null, null, 1000],
  ])('is %s', (_what, passing, gradePass, minMarks, expected) => {
    expect(minMarksOf(passing, gradePass, { ...exam, minMarks }, 10)).toBe(expected);
  });
});
