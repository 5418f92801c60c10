import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readByIds } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { OdooSingletonError, OdooValidationError } from '#shared/odoo/client/errors.ts';
import { Makers, nowhere } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);
let course: number;
beforeAll(async () => {
  course = await makers.course();
});

describe('several records', () => {
  it('are created in one call, in the order of the values', async () => {
    const values = Array.from({ length: 5 }, () => makers.batchValues(course));
    const calls = odoo.client.statistics.calls;
    const ids = (await odoo.writer.create('op.batch', values)).map(({ value }) => value!);
    expect(odoo.client.statistics.calls - calls).toBe(1);
    const rows = await readByIds(odoo.client, 'op.batch', ids, ['code']);
    expect(new Map(rows.map(({ id, code }) => [id, code]))).toEqual(
      new Map(ids.map((id, index) => [id, values[index]!.code])),
    );
  });

  it('are created all or none by a call, and the writer finds the one at fault', async () => {
    const good = [makers.batchValues(course), makers.batchValues(course)];
    const bad = makers.batchValues(course, { end_date: '2025-01-01' });
    const list = [good[0]!, bad, good[1]!];
    const call = odoo.client.executeKw('op.batch', 'create', [list], {}, z.array(z.number()));
    await expect(call).rejects.toBeInstanceOf(OdooValidationError);
    const outcomes = await odoo.writer.create('op.batch', list);
    expect(outcomes.map(({ error }) => error?.code)).toEqual([undefined, 'validation-error', undefined]);
  });

  it('are created one by one where the model can only one', async () => {
    const department = () => ({ name: makers.code(), code: makers.code() });
    const list = [department(), department()];
    const call = odoo.client.executeKw('op.department', 'create', [list], {}, z.array(z.number()));
    await expect(call).rejects.toBeInstanceOf(OdooSingletonError);
    const outcomes = await odoo.writer.create('op.department', list);
    expect(outcomes.every(({ value }) => value !== undefined)).toBe(true);
  });

  it('are changed in one call where they get the same', async () => {
    const ids = [await makers.batch(course), await makers.batch(course)];
    const calls = odoo.client.statistics.calls;
    const outcomes = await odoo.writer.write(
      'op.batch',
      ids.map((id) => ({ id, values: { end_date: '2028-06-30' } })),
    );
    expect(outcomes).toEqual([{ value: true }, { value: true }]);
    expect(odoo.client.statistics.calls - calls, 'one asks which are there').toBe(2);
    const rows = await readByIds(odoo.client, 'op.batch', ids, ['end_date']);
    expect(rows.map(({ end_date: end }) => end)).toEqual(['2028-06-30', '2028-06-30']);
  });

  it.each([
    ['by a rule of the model', { end_date: '2029-06-30' }],
    ['by nobody', { name: 'Renamed' }],
  ])('are changed but for the one that is gone, noticed %s', async (_who, values: Values) => {
    const batch = await makers.batch(course);
    const outcomes = await odoo.writer.write('op.batch', [
      { id: batch, values },
      { id: nowhere, values },
    ]);
    expect(outcomes.map(({ error }) => error?.code)).toEqual([undefined, 'missing-record']);
    expect(await makers.read('op.batch', batch, ['end_date', 'name'])).toMatchObject(values);
  });
});

it('a record that is gone is written without a complaint where nothing of it is read (since Odoo 17)', async (test) => {
  if (/^(saas~)?16/.test(await odoo.client.version())) return test.skip('Odoo 16 looks');
  const written = (model: string, values: Values) =>
    odoo.client.executeKw(model, 'write', [[nowhere], values], {}, z.literal(true));
  expect(await written('op.batch', { name: 'Renamed' })).toBe(true);
  expect(await written('op.batch', { start_date: '2026-09-01', end_date: '2027-06-30' })).toBe(true);
  const missing = { code: 'missing-record' };
  await expect(written('op.batch', { end_date: '2027-06-30' })).rejects.toMatchObject(missing);
  await expect(written('op.student', { gr_no: 'x' })).rejects.toMatchObject(missing);
  await expect(written('res.partner', { email: 'x@example.org' })).rejects.toMatchObject(missing);
  if ((await odoo.fields.of('op.exam')) === undefined) return;
  expect(await written('op.result.line', { marks: 1 })).toBe(true);
});

describe('deleting', () => {
  it('leaves nothing, and what is gone already is no matter', async () => {
    const batch = await makers.batch(course);
    for (const _time of [1, 2])
      expect(await odoo.writer.unlink('op.batch', [batch])).toEqual([{ value: true }]);
    expect(await readByIds(odoo.client, 'op.batch', [batch], [])).toEqual([]);
  });

  it('is refused for a record that others need', async () => {
    const needed = await makers.course();
    await makers.batch(needed);
    const [outcome] = await odoo.writer.unlink('op.course', [needed]);
    expect(outcome!.error).toBeInstanceOf(OdooValidationError);
    expect(await readByIds(odoo.client, 'op.course', [needed], [])).toHaveLength(1);
  });

  it('takes the enrolments of a student along, and leaves the contact', async () => {
    const student = await makers.student();
    const { partner_id: contact } = await makers.read('op.student', student, ['partner_id']);
    const values = { student_id: student, course_id: course, batch_id: await makers.batch(course) };
    const enrolment = await makers.make('op.student.course', values);
    await odoo.writer.unlink('op.student', [student]);
    expect(await readByIds(odoo.client, 'op.student.course', [enrolment], [])).toEqual([]);
    expect(await readByIds(odoo.client, 'res.partner', [(contact as [number, string])[0]], [])).toHaveLength(
      1,
    );
  });

  it('takes a subject out of the programs that list it', async () => {
    const [one, other] = [await makers.subject(), await makers.subject()];
    const program = await makers.course({ subject_ids: [[6, 0, [one, other]]] });
    await odoo.writer.unlink('op.subject', [one]);
    expect(await makers.read('op.course', program, ['subject_ids'])).toMatchObject({ subject_ids: [other] });
  });
});
