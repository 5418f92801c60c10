import { describe, expect, it } from 'vitest';
import type { Enrolment } from '#shared/models/enrolment.ts';
import {
  nextCompletion,
  progressDigest,
  studentProgress,
} from '#shared/moodle/completion/moodle-completion.ts';
import type { UsersCourse } from '#shared/moodle/functions/enrolments.ts';

const course = (subject: number, fields: Partial<UsersCourse> = {}): UsersCourse => ({
  id: subject,
  idnumber: `oec_subj_${subject}_course_1`,
  completed: false,
  progress: 50,
  enablecompletion: true,
  completionhascriteria: true,
  completionusertracked: true,
  lastaccess: null,
  ...fields,
});
const enrolment: Enrolment = {
  id: '1',
  studentId: '1',
  programId: '1',
  batchId: '1',
  subjectIds: [],
  yearId: undefined,
  termId: undefined,
  state: 'running',
};
const at = '2026-11-24 12:00:00';
const next = (answer: UsersCourse[], before: unknown = undefined, fields: Partial<Enrolment> = {}) =>
  nextCompletion({ ...enrolment, ...fields }, before, {
    instance: 'demo',
    courses: studentProgress(answer),
    at,
  });
const one = (subject_id: number, completed: boolean | null, progress: number | null) => ({
  [`oec_subj_${subject_id}_course_1`]: { subject_id, completed, progress },
});

describe('studentProgress', () => {
  const completedOf = (fields: Partial<UsersCourse>) =>
    studentProgress([course(1, fields)]).get('oec_subj_1_course_1')?.completed;

  it.each([
    ['what Moodle says of a course that can be completed', { completed: true }, true],
    ['also where it is not completed yet', {}, false],
    ['nothing where completion is switched off', { completed: null, completionhascriteria: false }, null],
    ['nothing where no criteria are set', { completionhascriteria: false }, null],
    ['nothing where the student is not tracked', { completionusertracked: false }, null],
    [
      'a completion that was reached before the criteria went',
      { completed: true, completionhascriteria: false },
      true,
    ],
  ])('takes %s', (_what, fields, expected) => {
    expect(completedOf(fields)).toBe(expected);
  });

  it('rounds the progress to two places', () => {
    expect(studentProgress([course(1, { progress: 200 / 3 })]).get('oec_subj_1_course_1')?.progress).toBe(
      66.67,
    );
  });

  it('leaves out courses that are not of the ERP', () => {
    const idnumbers = ['', 'other', 'oec_course_1'];
    expect(studentProgress(idnumbers.map((idnumber) => course(1, { idnumber }))).size).toBe(0);
  });
});

describe('progressDigest', () => {
  const digest = (...answer: UsersCourse[]) => progressDigest(studentProgress(answer));

  it('is the same in any order, and whatever else Moodle says', () => {
    expect(digest(course(2), course(1, { lastaccess: 7 }))).toBe(digest(course(1), course(2)));
  });

  it('differs with completion, progress and criteria, and with every course', () => {
    const answers = [
      [],
      [course(1)],
      [course(2)],
      [course(1, { completed: true })],
      [course(1, { completed: true, completionhascriteria: false })],
      [course(1, { completed: null })],
      [course(1, { progress: 51 })],
    ];
    expect(new Set(answers.map((answer) => digest(...answer))).size).toBe(answers.length);
  });
});

describe('nextCompletion', () => {
  it('is completed when all courses are that can be, and its progress is their mean', () => {
    const answer = [
      course(1, { progress: 12.5 }),
      course(2, { completed: true, progress: 100 }),
      course(3, { completionhascriteria: false, progress: 10 }),
    ];
    const courses = { ...one(1, false, 12.5), ...one(2, true, 100), ...one(3, null, 10) };
    expect(next(answer)).toEqual({ demo: { completed: false, progress: 56.25, courses, at } });
    const completed = answer.map((each) => ({ ...each, completed: each.completionhascriteria }));
    expect(next(completed)?.demo).toMatchObject({ completed: true, progress: 56.25 });
  });

  it('is not completed where nothing can be, and has no progress then', () => {
    const courses = one(1, null, 50);
    expect(next([course(1, { completionhascriteria: false })])).toEqual({
      demo: { completed: false, progress: null, courses, at },
    });
  });

  it('takes the chosen subjects where some are chosen, and only courses of the program', () => {
    const answer = [course(1), course(2), course(1, { idnumber: 'oec_subj_1_course_2' })];
    expect(next(answer, undefined, { subjectIds: ['2'] })?.demo).toMatchObject({
      courses: one(2, false, 50),
    });
    expect(next(answer)?.demo).toMatchObject({ courses: { ...one(1, false, 50), ...one(2, false, 50) } });
    expect(next(answer, undefined, { programId: '3' })).toBeUndefined();
  });

  it('says nothing of a finished enrolment', () => {
    expect(next([course(1)], undefined, { state: 'finished' })).toBeUndefined();
  });

  describe('where something was written before', () => {
    const known = { completed: false, progress: 50, courses: one(1, false, 50), at: '2026-11-23 12:00:00' };

    it('stays as it is when only the time differs', () => {
      expect(next([course(1)], { demo: known })).toBeUndefined();
    });

    it('keeps what other instances have written', () => {
      const other = { anything: 'else' };
      const entry = { completed: true, progress: 100, courses: one(1, true, 100), at };
      expect(next([course(1, { completed: true, progress: 100 })], { other, demo: known })).toEqual({
        other,
        demo: entry,
      });
    });

    it('keeps a course that Moodle does not name, as long as it is of the enrolment', () => {
      const before = { demo: { ...known, courses: { ...one(1, true, 100), ...one(3, false, 0) } } };
      const fields = { subjectIds: ['1', '2'] };
      const courses = { ...one(1, true, 100), ...one(2, false, 50) };
      expect(next([course(2)], before, fields)).toEqual({
        demo: { completed: false, progress: 75, courses, at },
      });
      expect(next([], before, fields)).toBeUndefined();
    });

    it('yields to a later look', () => {
      const later = { ...known, at: '2026-11-24 12:00:01' };
      expect(next([course(1, { completed: true })], { demo: later })).toBeUndefined();
    });

    it.each([false, null, 'x', { demo: false }, { demo: { ...known, courses: [] } }])(
      'writes over what cannot be read: %o',
      (before) => {
        expect(next([course(1)], before)).toEqual({
          demo: { completed: false, progress: 50, courses: one(1, false, 50), at },
        });
      },
    );
  });
});
