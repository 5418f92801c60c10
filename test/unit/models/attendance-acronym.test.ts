import { describe, expect, it } from 'vitest';
import { type AttendanceFlags, acronymOf, flagsOf } from '#shared/models/fields/attendance-acronym.ts';

const none: AttendanceFlags = { present: false, absent: false, excused: false, late: false };

describe('an acronym of Moodle’s', () => {
  it.each([
    ['P', 'present'],
    ['A', 'absent'],
    ['E', 'excused'],
    ['L', 'late'],
  ] as const)('%s is %s, and only that', (acronym, field) => {
    expect(flagsOf(acronym)).toEqual({ ...none, [field]: true });
    expect(acronymOf(flagsOf(acronym))).toBe(acronym);
  });

  it('that was taken back is none of them', () => {
    expect(flagsOf(undefined)).toEqual(none);
  });
});

describe('a line', () => {
  it('without any of the four is an absence nobody specified', () => {
    expect(acronymOf(none)).toBe('A');
  });

  it.each([
    ['E', { excused: true, absent: true, late: true, present: true }],
    ['A', { absent: true, late: true, present: true }],
    ['L', { late: true, present: true }],
  ] as const)('with several says %s', (acronym, flags) => {
    expect(acronymOf({ ...none, ...flags })).toBe(acronym);
  });
});
