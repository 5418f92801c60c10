import { describe, expect, it } from 'vitest';
import { endOfDay, startOfDay } from '#shared/models/fields/school-day.ts';
import { isOpen, isPast, periodText, widest } from '#shared/moodle/enrolments/enrolment-period.ts';
import { closesCourse, planEnrolments, settle } from '#shared/moodle/enrolments/enrolment-plan.ts';
import type { CourseStates } from '#shared/moodle/enrolments/enrolment-state.ts';
import { unlessOthers, withPlacesOfOthers } from '#shared/moodle/enrolments/places-of-others.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
const limits = (timestart: number, timeend: number) => ({ timestart, timeend });

describe('a day at the school', () => {
  it('is as long as it is there, also where clocks change at midnight', () => {
    // Santiago's clocks went on from 24:00 to 01:00.
    expect(iso(startOfDay('2025-09-07', 'America/Santiago'))).toBe('2025-09-07T04:00:00.000Z');
    expect(iso(endOfDay('2025-09-07', 'America/Santiago'))).toBe('2025-09-08T02:59:59.000Z');
    expect(iso(endOfDay('2026-10-25', 'Europe/Madrid'))).toBe('2026-10-25T22:59:59.000Z');
  });
});

describe('periods', () => {
  it('of several enrolments are as wide as all of them', () => {
    expect(widest(limits(5, 9), limits(3, 7))).toEqual(limits(3, 9));
    expect(widest(limits(5, 9), limits(7, 0))).toEqual(limits(5, 0));
    expect(widest(limits(5, 9), undefined)).toEqual(limits(0, 0));
  });

  it('let in while they last', () => {
    const at = (seconds: number) => isOpen(limits(5, 9), seconds * 1000);
    expect([4, 5, 9, 10].map(at)).toEqual([false, true, true, false]);
    expect([isOpen(undefined, 0), isPast(limits(5, 0), 1e15)]).toEqual([true, false]);
    expect(periodText(limits(0, 1782863999), 'UTC')).toBe('until 2026-06-30');
  });

  it('that differ are a change by itself, without the groups; without limits nothing is noted', () => {
    const known: CourseStates = { maths: { state: 'active', groups: { a: 'member' } } };
    const courses = { maths: ['a'] };
    const period = limits(5, 9);
    const changes = planEnrolments({ courses, periods: { maths: period } }, known, new Set(), false);
    expect(changes).toEqual([{ kind: 'update', course: 'maths', period }]);
    const after = settle(known, changes, false);
    expect(after.maths).toEqual({ ...known.maths, period });
    expect(planEnrolments({ courses, periods: { maths: period } }, after, new Set(), false)).toEqual([]);
    const back = planEnrolments({ courses }, after, new Set(), false);
    expect(JSON.stringify(settle(after, back, false))).toBe(JSON.stringify(known));
  });

  it('take a course away where they keep out who is in it', () => {
    const known: CourseStates = { maths: { state: 'active', groups: {}, period: limits(1, 9) } };
    const to = (timeend: number, now: number, kind: 'enrol' | 'update' = 'update') =>
      closesCourse({ kind, course: 'maths', period: limits(1, timeend) }, known, now * 1000);
    expect([to(3, 5), to(3, 2), to(3, 12), to(20, 5), to(3, 5, 'enrol')]).toEqual([
      ...[true, false, false, false],
      true,
    ]);
  });

  it('are as wide in Moodle as another record of the account needs', async () => {
    const viewOf = (period?: { timestart: number; timeend: number }) =>
      ({
        mapping: async () => ({
          extra_data: { account: { records: ['oec_student_1', 'oec_faculty_2'] } },
        }),
        mappingsNow: async ([asked]: string[]) =>
          new Map([[asked, { extra_data: { courses: { maths: { state: 'active', groups: {}, period } } } }]]),
      }) as unknown as RecordView;
    const given = (view: RecordView, course = 'maths') =>
      withPlacesOfOthers(view, 'oec_student_1', course, limits(5, 9));
    expect(await given(viewOf())).toEqual(limits(0, 0));
    expect(await given(viewOf(limits(7, 12)))).toEqual(limits(5, 12));
    expect(await given(viewOf(), 'physics')).toEqual(limits(5, 9));
  });
});

describe('a role that a teacher is not to have any more', () => {
  it('stays where another record of the account gives it', async () => {
    const viewOf = (service: string, roleid?: number) =>
      ({
        instance: instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' }),
        mapping: async () => ({ extra_data: { account: { records: ['oec_faculty_1', 'oec_faculty_2'] } } }),
        mappingsNow: async ([asked]: string[]) => {
          const courses = { maths: { state: 'active', groups: {} } };
          return new Map([[asked, { service, extra_data: { courses, roleid } }]]);
        },
      }) as unknown as RecordView;
    const taken = (view: RecordView, course = 'maths') => unlessOthers(view, 'oec_faculty_1', course, 4);
    expect(await taken(viewOf('teaching', 4))).toBeUndefined();
    expect(await taken(viewOf('teaching'))).toBe(4);
    expect(await taken(viewOf('enrolments'))).toBe(4);
    expect(await taken(viewOf('teaching', 4), 'physics')).toBe(4);
  });
});

describe('the setting', () => {
  it.each([
    ['{batch.name} 2026', 'it has to give a date'],
    ['{batch.start_date:yyyy}', 'it has to give a date'],
    ['{department.x_end}', 'here it takes fields of enrolment, batch, program, term, year, student'],
  ])('refuses %s', (start, message) => {
    const instance = { id: 'demo', base_url: 'https://moodle.example.org', enrolment_period: { start } };
    const said = instanceSchema.safeParse(instance).error?.issues.map((issue) => issue.message);
    expect(said?.join()).toContain(message);
  });
});
