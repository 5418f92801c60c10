import { describe, expect, it } from 'vitest';
import { emailTarget, linksOf } from '#shared/models/links.ts';
import { parseRecord, pushedModels } from '#shared/models/models.ts';

describe('which records a record refers to', () => {
  it('a department: its parent', () => {
    expect(linksOf('op.department', { id: 6, parent_id: [5, 'Science'] })).toEqual(['op.department#5']);
  });

  it('a program: parent, department and subjects', () => {
    const program = { parent_id: [28, 'BSc'], department_id: 3, subject_ids: new Set([70, 69]) };
    expect(linksOf('op.course', program)).toEqual([
      'op.course#28',
      'op.department#3',
      'op.subject#69',
      'op.subject#70',
    ]);
  });

  it('a batch: its program', () => {
    expect(linksOf('op.batch', { course_id: [29, 'BSc'] })).toEqual(['op.course#29']);
  });

  it('an enrolment: student, program and batch', () => {
    expect(
      linksOf('op.student.course', {
        student_id: [26, 'A'],
        course_id: 29,
        batch_id: '12',
        subject_ids: [1],
      }),
    ).toEqual(['op.student#26', 'op.course#29', 'op.batch#12']);
  });

  it('a timetable session: teacher and program', () => {
    expect(linksOf('op.session', { faculty_id: 16, subject_id: 69, course_id: 29, batch_id: 12 })).toEqual([
      'op.faculty#16',
      'op.course#29',
    ]);
  });

  it('people: their e-mail address, hashed and without regard to case; teachers their subjects too', () => {
    expect(emailTarget('carl@example.org')).toMatch(/^email#[0-9a-f]{64}$/);
    expect(emailTarget('Ana.Sample@Example.org')).toBe(emailTarget('ana.sample@example.org'));
    expect(linksOf('op.student', { email: ' Ana.Sample@Example.org' })).toEqual([
      emailTarget('ana.sample@example.org'),
    ]);
    expect(linksOf('op.faculty', { email: 'carl@example.org', faculty_subject_ids: [2] })).toEqual([
      'op.subject#2',
      emailTarget('carl@example.org'),
    ]);
  });

  it('leaves out what cannot be read and keeps the rest', () => {
    expect(linksOf('op.course', { parent_id: 'x', department_id: {}, subject_ids: ['y', 2, null] })).toEqual([
      'op.subject#2',
    ]);
    expect(linksOf('op.student', { email: 'not-an-email' })).toEqual([]);
    expect(linksOf('op.subject', { name: 5 })).toEqual([]);
  });
});

describe('garbage', () => {
  const pieces = [
    ...[undefined, null, false, true, 0, -1, 1.5, 7, Number.NaN, Number.POSITIVE_INFINITY, 10n],
    ...['', ' ', '7', '07', '<b>', '\ud800', '\0', 'a@example.org', 'x'.repeat(10_000)],
    ...[[], [7], [7, 'x'], [[6, 0, [7]]], [null], {}, { id: 7 }, new Set([7]), new Set(['x']), new Map()],
    ...[new Date(0), Symbol('s'), () => 7, new Uint8Array(2)],
  ];
  const fields = [
    ...['id', 'name', 'code', 'parent_id', 'department_id', 'subject_ids', 'active', 'email', 'state'],
    ...['first_name', 'middle_name', 'last_name', 'phone', 'company_id', 'start_date', 'course_id'],
    ...['student_id', 'batch_id', 'faculty_id', 'subject_id', 'faculty_subject_ids', 'subject_type'],
  ];

  it('never throws, whatever the fields hold', () => {
    let state = 20_261_123;
    const below = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    for (let round = 0; round < 300; round += 1) {
      const item = Object.fromEntries(fields.map((field) => [field, pieces[below(pieces.length)]]));
      for (const model of pushedModels) {
        for (const value of [item, pieces[below(pieces.length)]]) {
          const result = parseRecord(model, value);
          if (!result.ok) expect(result.problems.length).toBeGreaterThan(0);
          for (const target of linksOf(model, value)) {
            expect(target).toMatch(/^(op\.[a-z.]+#[1-9]\d*|email#[0-9a-f]{64})$/);
          }
        }
      }
    }
  });
});
