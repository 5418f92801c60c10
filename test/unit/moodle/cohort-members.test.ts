import { describe, expect, it } from 'vitest';
import { cohortsLeft, leavesCohorts, planCohorts } from '#shared/moodle/enrolments/cohort-members.ts';
import type { EnrolmentFields } from '#shared/moodle/enrolments/enrolment-plan.ts';
import { mergeExtraData } from '#shared/moodle/enrolments/enrolment-state.ts';

const [one, two, three] = ['oec_batch_1@cohort', 'oec_batch_2@cohort', 'oec_course_1@cohort'] as const;
const fieldsOf = (cohorts: string[], keptCohorts: string[] = []): EnrolmentFields => ({
  ...{ person: 'oec_student_1', role: 'student', courses: {}, cohorts, keptCohorts, personActive: true },
});

describe('the cohorts of a student', () => {
  it('are joined where they are not known to be, and left where they are not kept', () => {
    const known = { [one]: 'member', [two]: 'pending', [three]: 'member' } as const;
    expect(planCohorts(fieldsOf([one, two]), known)).toEqual([
      { kind: 'join', cohort: two },
      { kind: 'leave', cohort: three },
    ]);
    expect(planCohorts(fieldsOf([one], [two, three]), known)).toEqual([]);
    expect(planCohorts(fieldsOf([one, two], [three]), known, new Set([two]), true)).toEqual([
      { kind: 'join', cohort: one },
    ]);
  });

  it('count for the brake where more are left than joined', () => {
    expect(leavesCohorts(fieldsOf([two]), { [one]: 'member' })).toBe(false);
    expect(leavesCohorts(fieldsOf([two]), { [one]: 'member', [three]: 'member' })).toBe(true);
    expect(leavesCohorts(fieldsOf([]), { [one]: 'pending' })).toBe(true);
    expect(leavesCohorts(fieldsOf([], [one]), { [one]: 'member' })).toBe(false);
    // What was begun before is no news that would make up for it.
    expect(leavesCohorts(fieldsOf([two]), { [one]: 'member', [two]: 'pending' })).toBe(true);
  });

  it('are not believed any more where the cohort, or the account, was made again', () => {
    const known = { [one]: 'member', [two]: 'member' } as const;
    expect(cohortsLeft(known, 'oec_student_1', new Set([one]))).toEqual({ [two]: 'member' });
    expect(cohortsLeft(known, 'oec_student_1', new Set(['oec_student_1']))).toEqual({});
  });

  it('are in doubt, all of them, where two workers have written at once', () => {
    const merged = mergeExtraData(
      { courses: {}, cohorts: { [one]: 'member' } },
      { courses: {}, cohorts: { [two]: 'member' } },
    );
    expect(merged).toEqual({ courses: {}, cohorts: { [one]: 'pending', [two]: 'pending' } });
    expect(mergeExtraData({ courses: {} }, { courses: {} })).toEqual({ courses: {} });
  });
});
