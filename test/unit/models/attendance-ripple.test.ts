import { describe, expect, it } from 'vitest';
import { planMoved, planPushes } from '#shared/models/changes/ripple.ts';
import { linksOf } from '#shared/models/links.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { LinkReader, RecordItem, RecordReader } from '#shared/models/records.ts';

/** A register with a sheet of the ERP's own and one that was pulled. */
const items = [
  { model: 'op.course', id: '10', subject_ids: [20] },
  { model: 'op.batch', id: '30', course_id: 10, name: 'Batch', code: 'B' },
  { model: 'op.attendance.register', id: '1', course_id: [10, 'BSc'], batch_id: [30, 'B'], subject_id: 20 },
  { model: 'op.attendance.sheet', id: '12', register_id: [1, 'R'] },
  { model: 'op.attendance.sheet', id: 'moodle_main_session_5', register_id: 1 },
  { model: 'op.student.course', id: '50', student_id: 26, course_id: 10, batch_id: 30 },
  { model: 'op.attendance.line', id: '80', attendance_id: [12, 'R12'] },
  {
    model: 'op.attendance.line',
    id: 'moodle_main_session_5_student_26',
    attendance_id: 'moodle_main_session_5',
  },
] as RecordItem[];
const records: RecordReader = {
  getMany: async (model, ids) =>
    new Map(
      items.filter((item) => item.model === model && ids.includes(item.id)).map((item) => [item.id, item]),
    ),
};
const links: LinkReader = {
  sources: async (target, model) =>
    items
      .filter((item) => item.model === model && linksOf(model, item).includes(target))
      .map((item) => item.id),
};

/** The sheets that are planned when a record that looked different before is saved. */
async function sheetsAfter(model: PushedModel, id: string, before: Record<string, unknown>) {
  const after = items.find((item) => item.model === model && item.id === id)!;
  const plan = await planPushes([{ model, id, before: { ...after, ...before }, after }], { records, links });
  return [...(plan.get('attendance') ?? [])];
}

describe('the sheets that are pushed', () => {
  const both = ['12', 'moodle_main_session_5'];

  it.each([
    ['a line of theirs', 'op.attendance.line', '80', { late: true }, ['12']],
    [
      'a pulled line',
      'op.attendance.line',
      'moodle_main_session_5_student_26',
      {},
      ['moodle_main_session_5'],
    ],
    ['one of them', 'op.attendance.sheet', '12', { state: 'draft' }, ['12']],
    ['the subject of their register', 'op.attendance.register', '1', { subject_id: false }, both],
    ['the name of their register', 'op.attendance.register', '1', { name: 'Old' }, []],
    ['the name of their batch', 'op.batch', '30', { name: 'Old' }, both],
    ['the subjects of their program', 'op.course', '10', { subject_ids: [] }, both],
  ] as const)('after a change of %s', async (_what, model, id, before, sheets) => {
    expect(await sheetsAfter(model, id, before)).toEqual(sheets);
  });

  it('after the account of somebody who may be on them was made again', async () => {
    const account = { service: 'students', idnumber: 'oec_student_26', record_id: '26' } as const;
    const plan = await planMoved([account], { records, links });
    expect([...(plan.get('attendance') ?? [])]).toEqual(both);
    expect([...(plan.get('enrolments') ?? [])]).toEqual(['26']);
  });

  it('after a line that moves from one to another are both', async () => {
    expect(await sheetsAfter('op.attendance.line', '80', { attendance_id: 'moodle_main_session_5' })).toEqual(
      ['moodle_main_session_5', '12'],
    );
  });
});
