import { describe, expect, it } from 'vitest';
import { claim, dropsCourses, planEnrolments, settle } from '#shared/moodle/enrolments/enrolment-plan.ts';
import { type CourseStates, mergeCourseStates } from '#shared/moodle/enrolments/enrolment-state.ts';

const nothingUnmet = new Set<string>();
const plan = (courses: Record<string, string[]>, known: CourseStates, force = false) =>
  planEnrolments({ courses }, known, nothingUnmet, force);

describe('planEnrolments', () => {
  const inMaths: CourseStates = { maths: { state: 'active', groups: { 'b1@maths': 'member' } } };

  it('enrols a new student and joins the groups', () => {
    expect(plan({ maths: ['b1@maths'] }, {})).toEqual([
      { kind: 'enrol', course: 'maths' },
      { kind: 'join', course: 'maths', group: 'b1@maths' },
    ]);
  });

  it('does nothing where all is as it should be, unless what Moodle holds is in doubt', () => {
    expect(plan({ maths: ['b1@maths'] }, inMaths)).toEqual([]);
    expect(plan({ maths: ['b1@maths'] }, inMaths, true)).toHaveLength(2);
  });

  it('moves between the batches of one program without touching the enrolment', () => {
    expect(plan({ maths: ['b2@maths'] }, inMaths)).toEqual([
      { kind: 'join', course: 'maths', group: 'b2@maths' },
      { kind: 'leave', course: 'maths', group: 'b1@maths' },
    ]);
  });

  it('drops what is no longer asked for, once', () => {
    expect(plan({ physics: [] }, inMaths)).toEqual([
      { kind: 'enrol', course: 'physics' },
      { kind: 'drop', course: 'maths' },
    ]);
    expect(plan({}, { maths: { state: 'suspended', groups: {} } })).toEqual([]);
  });

  it('resumes a suspended enrolment', () => {
    expect(plan({ maths: [] }, { maths: { state: 'suspended', groups: {} } })).toEqual([
      { kind: 'enrol', course: 'maths' },
    ]);
  });

  it('repeats what was begun and never confirmed, and drops it if it is no longer wanted', () => {
    const begun: CourseStates = { maths: { state: 'pending', groups: { 'b1@maths': 'pending' } } };
    expect(plan({ maths: ['b1@maths'] }, begun)).toHaveLength(2);
    expect(plan({}, begun)).toEqual([{ kind: 'drop', course: 'maths' }]);
  });

  it('leaves out what needs a course or group that is not in Moodle, and does the rest', () => {
    const unmet = new Set(['maths', 'b1@physics']);
    const courses = { maths: ['b1@maths'], physics: ['b1@physics'] };
    expect(planEnrolments({ courses }, {}, unmet, false)).toEqual([{ kind: 'enrol', course: 'physics' }]);
  });

  it('does not drop a course because it cannot be reached just now', () => {
    expect(planEnrolments({ courses: { maths: [] } }, inMaths, new Set(['maths']), false)).toEqual([]);
  });
});

describe('dropsCourses', () => {
  it('is about courses, not groups', () => {
    const known: CourseStates = { maths: { state: 'active', groups: { a: 'member' } } };
    expect(dropsCourses({ courses: { maths: [] } }, known, 0)).toBe(false);
    expect(dropsCourses({ courses: {} }, known, 0)).toBe(true);
    expect(dropsCourses({ courses: {} }, { maths: { state: 'suspended', groups: {} } }, 0)).toBe(false);
  });
});

describe('claim and settle', () => {
  const changes = plan({ maths: ['b1@maths'] }, {});

  it('note what is begun before the call and what is done after it', () => {
    const begun = claim({}, changes);
    expect(begun).toEqual({ maths: { state: 'pending', groups: { 'b1@maths': 'pending' } } });
    expect(settle(begun, changes, false)).toEqual({
      maths: { state: 'active', groups: { 'b1@maths': 'member' } },
    });
    expect(settle(begun, changes.slice(0, 1), false).maths?.groups).toEqual({ 'b1@maths': 'pending' });
  });

  it('keep a suspended course and forget one that was left for good', () => {
    const known: CourseStates = { maths: { state: 'active', groups: { 'b1@maths': 'member' } } };
    const drop = plan({}, known);
    expect(settle(known, drop, false).maths?.state).toBe('suspended');
    expect(settle(known, drop, true)).toEqual({});
  });
});

describe('mergeCourseStates', () => {
  it('takes everything that either worker may have done for in doubt', () => {
    const one: CourseStates = { maths: { state: 'active', groups: { g: 'member' } } };
    const other: CourseStates = {
      maths: { state: 'suspended', groups: {} },
      law: { state: 'active', groups: {} },
    };
    expect(mergeCourseStates(one, other)).toEqual({
      maths: { state: 'pending', groups: { g: 'pending' } },
      law: { state: 'pending', groups: {} },
    });
  });
});
