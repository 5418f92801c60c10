import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { releases } from '#local/odoo/release.ts';
import { readByIds } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import {
  OdooLanguageError,
  OdooMissingRecordError,
  OdooValidationError,
} from '#shared/odoo/client/errors.ts';
import { Makers, nowhere } from './makers.ts';
import { useOdoo } from './peer.ts';

/*
 * What OpenEduCat's releases do differently. No version number tells them apart (`18.0` has all of it since September
 * 2025 and nothing of it in October 2024): of the live one, what it does first says which it is.
 */
const peers = process.env.ODOO_URL ? ['live'] : releases;

describe.each(peers)('OpenEduCat %s', (release) => {
  const odoo = useOdoo(release === 'live' ? {} : { release: release as (typeof releases)[number] });
  const makers = new Makers(odoo);
  let isOf2025: boolean;
  let keepsExamsApart: boolean;
  let course: number;
  let session: Values;

  beforeAll(async () => {
    isOf2025 = !(await odoo.fields.of('op.student.course'))!.get('batch_id')!.required;
    keepsExamsApart = isOf2025 || (await odoo.client.version()).includes('17.');
    course = await makers.course();
    const code = makers.code();
    session = {
      name: 'Autumn',
      course_id: course,
      batch_id: await makers.batch(course),
      exam_type: await makers.make('op.exam.type', { name: code, code }),
      evaluation_type: 'normal',
      start_date: '2026-10-01',
      end_date: '2026-10-01',
    };
  });

  const time = (start: string, end: string) => ({
    start_time: `2026-10-01 ${start}`,
    end_time: `2026-10-01 ${end}`,
  });

  async function examValues(more: Values = {}): Promise<Values> {
    const session_id = await makers.make('op.exam.session', { ...session, exam_code: makers.code() });
    return {
      session_id,
      subject_id: await makers.subject(),
      exam_code: makers.code(),
      name: 'Quiz',
      ...time('08:00:00', '09:00:00'),
      total_marks: 20,
      min_marks: 8,
      ...more,
    };
  }

  const expectRefused = (error: unknown, isRefused: boolean, what?: string) =>
    expect(error, what).toEqual(isRefused ? expect.any(OdooValidationError) : undefined);

  it('takes exams of a subject one after the other, and some take two at a time', async () => {
    const values = await examValues();
    const first = await makers.make('op.exam', values);
    const again = (more: Values) =>
      makers.refusal('op.exam', { ...values, exam_code: makers.code(), ...more });
    expect(await again(time('07:59:00', '08:00:00'))).toBeUndefined();
    expect(await again(time('09:00:00', '09:01:00'))).toBeUndefined();
    expectRefused(await again(time('08:59:59', '10:00:00')), keepsExamsApart);
    expect(
      await again({ ...time('08:30:00', '08:31:00'), subject_id: await makers.subject() }),
    ).toBeUndefined();
    const moved = makers.change('op.exam', first, time('07:30:00', '09:00:00'));
    // In 17.0 of 2024 it is looked at when an exam is made, later when it is moved too.
    if (isOf2025) await expect(moved).rejects.toBeInstanceOf(OdooValidationError);
    else await moved.catch(() => undefined);
  });

  it('takes an exam of a minute at the end of the session, and some one of a moment', async () => {
    const moment = await makers.refusal('op.exam', await examValues(time('10:00:00', '10:00:00')));
    expectRefused(moment, isOf2025);
    expect(
      await makers.refusal('op.exam', await examValues(time('23:58:59', '23:59:59'))),
      'the last minute',
    ).toBeUndefined();
    const late = { start_time: '2026-10-01 23:59:30', end_time: '2026-10-02 00:00:30' };
    expectRefused(await makers.refusal('op.exam', await examValues(late)), true, 'over midnight');
  });

  it('takes marks from nought to the total, and some more', async () => {
    const exam_id = await makers.make('op.exam', await examValues());
    const marks = async (value: number) =>
      makers.refusal('op.exam.attendees', { exam_id, student_id: await makers.student(), marks: value });
    expectRefused(await marks(0), false);
    expectRefused(await marks(20), false);
    expectRefused(await marks(21), keepsExamsApart);
    expectRefused(await marks(-1), true);
  });

  it('has the batch of an attendee from the caller, or from the exam', async () => {
    const values = await examValues();
    const exam_id = await makers.make('op.exam', values);
    const own = await makers.batch(course);
    const line = { exam_id, student_id: await makers.student(), course_id: course, batch_id: own };
    const id = await makers.make('op.exam.attendees', line);
    const row = await makers.read('op.exam.attendees', id, ['batch_id']);
    expect((row.batch_id as [number, string])[0]).toBe(isOf2025 ? session.batch_id : own);
  });

  it('deletes the attendees of an exam that is cancelled, or leaves them', async () => {
    const exam_id = await makers.make('op.exam', await examValues());
    const id = await makers.make('op.exam.attendees', { exam_id, student_id: await makers.student() });
    await odoo.client.executeKw('op.exam', 'act_cancel', [[exam_id]], {}, z.unknown());
    expect(await makers.read('op.exam', exam_id, ['state'])).toMatchObject({ state: 'cancel' });
    expect(await readByIds(odoo.client, 'op.exam.attendees', [id], [])).toHaveLength(isOf2025 ? 0 : 1);
  });

  it('notices that an attendee is gone whose marks are written, or does not', async (test) => {
    if (/^(saas~)?16/.test(await odoo.client.version())) return test.skip('Odoo 16 looks at every record');
    const written = odoo.client.executeKw(
      'op.exam.attendees',
      'write',
      [[nowhere], { marks: 1 }],
      {},
      z.literal(true),
    );
    if (isOf2025) await expect(written).rejects.toBeInstanceOf(OdooMissingRecordError);
    else expect(await written).toBe(true);
  });

  it('takes an enrolment without a batch, or asks for one', async () => {
    const enrolment = { student_id: await makers.student(), course_id: course };
    expectRefused(await makers.refusal('op.student.course', enrolment), !isOf2025);
  });

  it('has a program with a name for each language, or with one', async () => {
    const elsewhere = odoo.clientWith({ language: 'tlh_TLH' });
    const read = readByIds(elsewhere, 'op.course', [course], ['name']);
    if (isOf2025) await expect(read).rejects.toBeInstanceOf(OdooLanguageError);
    else expect(await read).toHaveLength(1);
  });

  it('counts an attendance line of which nothing is said as present, or as nothing', async () => {
    const code = makers.code();
    const register = { name: code, code, course_id: course, batch_id: session.batch_id! };
    const register_id = await makers.make('op.attendance.register', register);
    const attendance_id = await makers.make('op.attendance.sheet', { register_id });
    const line = { attendance_id, student_id: await makers.student(), absent: true };
    const id = await makers.make('op.attendance.line', line);
    expect(await makers.read('op.attendance.line', id, ['present', 'absent'])).toMatchObject({
      present: !isOf2025,
      absent: true,
    });
  });

  it('has a mobile number of people, up to Odoo 18', async () => {
    const isNew = (await odoo.client.version()).includes('19.');
    for (const model of ['op.student', 'op.faculty', 'res.partner'])
      expect((await odoo.fields.of(model))!.has('mobile'), model).toBe(!isNew);
  });
});
