import { describe, expect, it } from 'vitest';
import { fallbackUsername, usernameFor } from '#shared/models/fields/username.ts';
import {
  batchIdnumber,
  departmentIdnumber,
  facultyIdnumber,
  parseIdnumber,
  programIdnumber,
  studentIdnumber,
  subjectCourseIdnumber,
} from '#shared/models/references.ts';

describe('idnumbers', () => {
  it.each([
    [departmentIdnumber('5'), 'oec_dept_5', { model: 'op.department', id: '5' }],
    [programIdnumber('7'), 'oec_course_7', { model: 'op.course', id: '7' }],
    [batchIdnumber('3'), 'oec_batch_3', { model: 'op.batch', id: '3' }],
    [studentIdnumber('26'), 'oec_student_26', { model: 'op.student', id: '26' }],
    [facultyIdnumber('16'), 'oec_faculty_16', { model: 'op.faculty', id: '16' }],
    [
      subjectCourseIdnumber('15', '7'),
      'oec_subj_15_course_7',
      { model: 'op.subject', id: '15', programId: '7' },
    ],
    [
      subjectCourseIdnumber('15', '7', { per: 'batch', id: '3' }),
      'oec_subj_15_course_7_batch_3',
      { model: 'op.subject', id: '15', programId: '7', period: { per: 'batch', id: '3' } },
    ],
  ])('%s is built and read back', (built, expected, parts) => {
    expect(built).toBe(expected);
    expect(parseIdnumber(built)).toEqual(parts);
  });

  it.each([
    '',
    'oec_student_',
    'oec_student_07',
    'oec_subj_15',
    'oec_dept_5_course_7',
    'oec_subj_15_batch_3',
    'oec_subj_15_course_7_batch_',
    'oec_subj_15_course_7_dept_3',
    'oec_sheet_5',
    'OEC_DEPT_5',
    'x_oec_dept_5',
    'oec_dept_5 ',
  ])('%j is none of ours', (idnumber) => expect(parseIdnumber(idnumber)).toBeUndefined());
});

describe('usernames', () => {
  const moodleAccepts = /^[a-z0-9._@-]{1,100}$/;

  it('are the e-mail address in lower case where Moodle takes it', () => {
    expect(usernameFor('Ana.Sample@Example.org')).toBe('ana.sample@example.org');
  });

  it.each([
    ['ana+moodle@example.org', /^ana-moodle-[0-9a-f]{8}@example\.org$/],
    ["o'neil@example.org", /^o-neil-[0-9a-f]{8}@example\.org$/],
    ['José.Peña@example.org', /^jose\.pena-[0-9a-f]{8}@example\.org$/],
    ['zoë🎓@example.org', /^zoe--[0-9a-f]{8}@example\.org$/],
    [`${'x'.repeat(120)}@example.org`, /^x{79}-[0-9a-f]{8}@example\.org$/],
    [`a@${'long.'.repeat(30)}org`, /^a-[0-9a-f]{8}@(long\.)+/],
    ['no at sign', /^no-at-sign-[0-9a-f]{8}$/],
  ])('for %s is derived', (email, expected) => {
    expect(usernameFor(email)).toMatch(expected);
    expect(usernameFor(email)).toMatch(moodleAccepts);
    expect(usernameFor(email)).toBe(usernameFor(email.toUpperCase()));
  });

  it('differ where only the replaced letters differ', () => {
    expect(usernameFor('a+b@example.org')).not.toBe(usernameFor("a'b@example.org"));
  });

  it.each(['ana@example.org', 'a+b@example.org', `${'x'.repeat(120)}@example.org`])(
    'of %s has a second choice for when somebody else has the first',
    (email) => {
      const fallback = fallbackUsername(email, 'oec_student_26');
      expect(fallback).toMatch(moodleAccepts);
      expect(fallback).toMatch(/-oec_student_26@example\.org$/);
      expect(fallback).not.toBe(usernameFor(email));
      expect(fallback).toBe(fallbackUsername(email.toUpperCase(), 'oec_student_26'));
      expect(fallback).not.toBe(fallbackUsername(email, 'oec_student_27'));
    },
  );
});
