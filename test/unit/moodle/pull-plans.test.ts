import { describe, expect, it } from 'vitest';
import { isTurnOf } from '#shared/moodle/gradebook/gradebook-pull.ts';

const hour = 60 * 60_000;
const now = Date.parse('2026-11-25T00:35:00Z');
const daysAgo = (days: number) => new Date(now - days * 24 * hour).toISOString();
const hours = Array.from({ length: 24 }, (_, index) => now + index * hour);
const courses = Array.from({ length: 200 }, (_, index) => `oec_subj_${index + 1}_course_1`);

describe('the turn of a course', () => {
  it('comes with each plan where it is new, or something changed within two weeks', () => {
    expect(hours.every((at) => isTurnOf('oec_subj_1_course_1', undefined, at))).toBe(true);
    expect(courses.every((course) => isTurnOf(course, daysAgo(13), now))).toBe(true);
  });

  it('comes every fourth hour where it is quiet, and not to all in the same', () => {
    for (const course of courses) {
      expect(hours.filter((at) => isTurnOf(course, daysAgo(15), at))).toHaveLength(6);
    }
    for (const at of hours) {
      const share = courses.filter((course) => isTurnOf(course, daysAgo(15), at)).length / courses.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.35);
    }
  });

  it('comes within four days also where there is one plan a day', () => {
    const daily = [0, 1, 2, 3].map((days) => now + days * 24 * hour);
    expect(courses.every((course) => daily.some((at) => isTurnOf(course, daysAgo(15), at)))).toBe(true);
  });
});
