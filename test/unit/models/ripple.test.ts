import { describe, expect, it } from 'vitest';
import type { RecordChange } from '#shared/models/changes/record-change.ts';
import { planPushes } from '#shared/models/changes/ripple.ts';
import { linksOf, recordTarget } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordReader } from '#shared/models/records.ts';

/** A school small enough to follow each ripple by eye, as records and the links that they make. */
const school = [
  { model: 'op.department', id: '1', parent_id: false },
  { model: 'op.department', id: '2', parent_id: [1, 'Science'] },
  { model: 'op.course', id: '10', parent_id: false, department_id: [2, 'Physics'], subject_ids: [] },
  { model: 'op.course', id: '11', parent_id: [10, 'BSc'], department_id: false, subject_ids: [20, 21] },
  { model: 'op.subject', id: '20', subject_type: 'compulsory' },
  { model: 'op.batch', id: '30', course_id: [11, 'Semester 1'] },
  { model: 'op.student', id: '40', email: 'ana@example.org' },
  { model: 'op.student', id: '41', email: 'ANA@example.org' },
  {
    model: 'op.student.course',
    id: '50',
    student_id: [40, 'Ana'],
    course_id: [11, 'S1'],
    batch_id: [30, 'B'],
  },
  { model: 'op.faculty', id: '60', email: 'carl@example.org', faculty_subject_ids: [20] },
  { model: 'op.session', id: '70', faculty_id: [61, 'Dora'], course_id: 11, subject_id: 21 },
] as RecordItem[];

const records: RecordReader = {
  getMany: async (model, ids) =>
    new Map(
      school.filter((item) => item.model === model && ids.includes(item.id)).map((item) => [item.id, item]),
    ),
};
const links: LinkReader = {
  sources: async (target, model) =>
    school
      .filter((item) => item.model === model && linksOf(model, item).includes(target))
      .map((item) => item.id),
};
const item = (model: PushedModel, id: string) => school.find((one) => one.model === model && one.id === id)!;

async function plan(...changes: RecordChange[]) {
  const planned = await planPushes(changes, { records, links });
  return Object.fromEntries(
    [...planned].filter(([, ids]) => ids.size > 0).map(([name, ids]) => [name, [...ids].sort()]),
  );
}

/** A record of the school that looked different before. */
function edited(model: PushedModel, id: string, before: Record<string, unknown>): RecordChange {
  const after = item(model, id);
  return { model, id, before: { ...after, ...before }, after };
}

describe('planPushes', () => {
  it('plans a record that was saved without a change, and nothing else', async () => {
    expect(await plan(edited('op.course', '11', { write_date: 'before' }))).toEqual({ programs: ['11'] });
    expect(await plan(edited('op.student', '40', { write_date: 'before' }))).toEqual({ students: ['40'] });
  });

  it('follows a subject that a program has gained to its course, groups, students and teachers', async () => {
    expect(await plan(edited('op.course', '11', { subject_ids: [21] }))).toEqual({
      programs: ['11'],
      subjects: ['20', '21'],
      batches: ['30'],
      enrolments: ['40'],
      teaching: ['60', '61'],
    });
  });

  it('follows a subject that a program has lost likewise', async () => {
    expect((await plan(edited('op.course', '11', { subject_ids: [20, 21, 22] }))).subjects).toEqual([
      '20',
      '21',
      '22',
    ]);
  });

  it('follows a department that moved down to the enrolments of the last program', async () => {
    expect(await plan(edited('op.department', '1', { parent_id: [9, 'Elsewhere'] }))).toEqual({
      departments: ['1', '2'],
      programs: ['10', '11'],
      subjects: ['20', '21'],
      batches: ['30'],
      enrolments: ['40'],
      teaching: ['61'],
    });
  });

  it('takes what waits for a new department along', async () => {
    const planned = await plan({ model: 'op.department', id: '2', after: item('op.department', '2') });
    expect(planned.programs).toEqual(['10', '11']);
  });

  it('follows a subject that became elective to those who had to take it', async () => {
    const planned = await plan(edited('op.subject', '20', { subject_type: 'elective' }));
    expect(planned).toEqual({
      subjects: ['20'],
      batches: ['30'],
      enrolments: ['40'],
      teaching: ['60', '61'],
    });
  });

  it('follows a batch to its students, and an enrolment to the student it was and is of', async () => {
    expect((await plan(edited('op.batch', '30', { active: false }))).enrolments).toEqual(['40']);
    const moved = edited('op.student.course', '50', { student_id: [41, 'Bo'] });
    expect((await plan(moved)).enrolments).toEqual(['40', '41']);
  });

  it('follows a session to the teacher it was and is of', async () => {
    expect((await plan(edited('op.session', '70', { faculty_id: 62 }))).teaching).toEqual(['61', '62']);
  });

  it('frees whoever shares an e-mail address that was changed', async () => {
    const planned = await plan(edited('op.student', '40', { email: 'old@example.org' }));
    expect(planned).toEqual({ students: ['40', '41'], enrolments: ['40'] });
  });

  it('plans what a deleted record leaves behind', async () => {
    const before = item('op.student.course', '50');
    expect((await plan({ model: 'op.student.course', id: '50', before })).enrolments).toEqual(['40']);
  });

  it('asks for each thing once however many changes there are', async () => {
    const changes = [
      edited('op.course', '11', { subject_ids: [] }),
      edited('op.subject', '20', { active: false }),
    ];
    expect((await plan(...changes)).enrolments).toEqual(['40']);
  });

  it('survives records that name each other in a circle', async () => {
    const circle: LinkReader = {
      sources: async (target, model) => (target === recordTarget(model, '1') ? ['1'] : []),
    };
    const change: RecordChange = { model: 'op.department', id: '1', after: item('op.department', '1') };
    const planned = await planPushes([change], { records, links: circle });
    expect([...(planned.get('departments') ?? [])]).toEqual(['1']);
  });
});
