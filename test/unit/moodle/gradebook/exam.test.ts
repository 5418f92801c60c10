import { describe, expect, it } from 'vitest';
import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import { examRecords, periodOf, readExam } from '#shared/moodle/gradebook/exam.ts';
import { examKey, placeOf, pulledCode } from '#shared/moodle/pulls/pulled-ids.ts';

const course = 'oec_subj_15_course_7';
const exam = (fields: Record<string, unknown>) => ({ model: 'op.exam', id: 'x', ...fields });

describe('the exam of an activity', () => {
  it('has a code of its own in 16 characters, whatever the Moodle and the module', () => {
    const codes = ['main', 'other'].flatMap((instance) =>
      (['quiz', 'assign', 'item'] as const).map((module) => pulledCode(instance, module, 999_999_999)),
    );
    expect(new Set(codes).size).toBe(6);
    expect(codes.every((code) => code.length <= 16)).toBe(true);
    expect(examKey('main', { module: 'quiz', id: 5 })).toBe('moodle_main_quiz_5');
  });

  it('has a name of at most 256 characters, and one at all', () => {
    const period = { start: 0, end: 0 };
    const made = (name: string) =>
      examRecords({ id: 'main', time_zone: 'UTC' }, course, {
        activity: { module: 'item', id: 5 },
        name,
        total: 10,
        minMarks: null,
        gradePass: null,
        ...period,
      });
    expect([...String(made('🎓'.repeat(300)).exam.name)]).toHaveLength(256);
    expect(made('').session.name).toBe('moodle_main_item_5');
  });

  it('lies on the days that the school has when it begins and ends', () => {
    const times = {
      start: Date.parse('2026-11-02T20:00:00Z') / 1000,
      end: Date.parse('2026-11-03T11:30:00Z') / 1000,
    };
    const { session, exam: made } = examRecords({ id: 'main', time_zone: 'Pacific/Auckland' }, course, {
      ...{
        activity: { module: 'quiz', id: 5 } as const,
        name: 'Quiz',
        total: 10,
        minMarks: null,
        gradePass: null,
      },
      ...times,
    });
    expect(session).toMatchObject({ start_date: '2026-11-03', end_date: '2026-11-04' });
    expect(made).toMatchObject({ start_time: '2026-11-02 20:00:00', end_time: '2026-11-03 11:30:00' });
  });

  it('is made for subject courses only', () => {
    expect(placeOf(course)).toEqual({ course_id: 7, subject_id: 15 });
    expect(() => placeOf('oec_course_7')).toThrow('oec_course_7 is not the idnumber of a course.');
  });
});

describe('readExam', () => {
  it('takes what the ERP holds, and Moodle for what it does not', () => {
    const asMade = { total: 7500, minMarks: null, isOwnPassMark: false };
    expect(readExam(undefined, 7.5)).toEqual(asMade);
    expect(readExam(undefined, 7.5, 'moodle')).toEqual({ ...asMade, total: 8 });
    const stamped = { ...asMade, stamp: undefined };
    expect(readExam(exam({ total_marks: false, min_marks: false }), 7.5)).toEqual(stamped);
    expect(readExam(exam({ total_marks: 'many', min_marks: -3 }), 7.5)).toEqual(stamped);
    expect(readExam(exam({ total_marks: '200', min_marks: 80, sync_stamp: 's' }), 10)).toEqual({
      total: 200,
      minMarks: 80,
      isOwnPassMark: true,
      stamp: 's',
    });
  });

  it("knows a pass mark that a pull has set from the ERP's own", () => {
    const isOwn = (fields: object) => readExam(exam({ ...fields }), 10).isOwnPassMark;
    expect(isOwn({ min_marks: 500, moodle_min_marks: 500 })).toBe(false);
    expect(isOwn({ min_marks: 400, moodle_min_marks: 500 })).toBe(true);
    expect(isOwn({ min_marks: 400, moodle_min_marks: false })).toBe(true);
    expect(isOwn({ min_marks: false, moodle_min_marks: 500 })).toBe(false);
  });
});

describe('periodOf', () => {
  it.each([
    ['open to close', 10, 20, 15, [10, 20]],
    ['open to the first grade', 10, 0, 15, [10, 15]],
    ['open, and graded before that', 20, 0, 15, [20, 20]],
    ['the first grade to close', 0, 20, 15, [15, 20]],
    ['close, and graded after that', 0, 10, 15, [10, 10]],
    ['when it was first graded', 0, 0, 15, [15, 15]],
  ])('is %s', (_what, opens, closes, graded, [start, end]) => {
    expect(periodOf({ opens, closes }, graded)).toEqual({ start, end });
  });

  it('is told as Odoo does', () => {
    expect(odooDateTime(1_793_613_600)).toBe('2026-11-02 10:00:00');
  });
});
