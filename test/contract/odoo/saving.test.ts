import { beforeAll, describe, expect, it } from 'vitest';
import { OdooMissingRecordError, OdooValidationError } from '#shared/odoo/client/errors.ts';
import { Makers, nowhere } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);
let course: number;
beforeAll(async () => {
  course = await makers.course();
});

describe('a new record', () => {
  it('gets the defaults of its model', async () => {
    expect(await makers.read('op.course', course, ['evaluation_type', 'active'])).toMatchObject({
      evaluation_type: 'normal',
      active: true,
    });
    const subject = await makers.subject();
    expect(await makers.read('op.subject', subject, ['type', 'subject_type'])).toMatchObject({
      type: 'theory',
      subject_type: 'compulsory',
    });
    const student = await makers.student();
    expect(await makers.read('op.student', student, ['gender', 'active'])).toMatchObject({
      gender: 'm',
      active: true,
    });
  });

  it('needs its required fields, and the refusal names the one that is missing', async () => {
    const { end_date: _left, ...values } = makers.batchValues(course);
    const refused = await makers.refusal('op.batch', values);
    expect(refused).toBeInstanceOf(OdooValidationError);
    expect(refused).toMatchObject({ field: 'end_date' });
  });

  it('takes an empty text for a required one', async () => {
    const department = await makers.department({ name: '' });
    expect(await makers.read('op.department', department, ['name'])).toMatchObject({ name: '' });
  });

  it('cannot refer to a record that is not there', async () => {
    expect(await makers.refusal('op.batch', makers.batchValues(nowhere))).toBeInstanceOf(OdooValidationError);
  });

  it('loses what is longer than its field', async () => {
    const batch = await makers.batch(course, { name: 'n'.repeat(40) });
    expect((await makers.read('op.batch', batch, ['name'])).name).toBe('n'.repeat(32));
  });

  it('is refused for a word that a selection does not know, and for a day that is none', async () => {
    const word = await makers.refusal('op.student', makers.studentValues({ gender: 'unknown' }));
    expect(word).toBeInstanceOf(OdooValidationError);
    for (const end_date of ['tomorrow', 'soon', '2027-02-30']) {
      const day = await makers.refusal('op.batch', makers.batchValues(course, { end_date }));
      expect(day, end_date).toBeInstanceOf(OdooValidationError);
    }
  });

  it('takes a time for a day, without the time', async () => {
    const batch = await makers.batch(course, { end_date: '2027-06-30 10:00:00' });
    expect((await makers.read('op.batch', batch, ['end_date'])).end_date).toBe('2027-06-30');
  });

  it('is refused for what is no id, and for one of several that is of no record', async () => {
    const text = await makers.refusal('op.batch', { ...makers.batchValues(course), course_id: 'x' });
    expect(text).toBeInstanceOf(OdooValidationError);
    const values = { name: 'x', code: makers.code(), subject_ids: [[6, 0, [nowhere]]] };
    expect(await makers.refusal('op.course', values)).toBeInstanceOf(OdooValidationError);
  });

  it('is refused by a rule of its model, which says why', async () => {
    const refused = await makers.refusal('op.batch', makers.batchValues(course, { end_date: '2025-01-01' }));
    expect(refused).toBeInstanceOf(OdooValidationError);
    expect(refused!.message).toMatch(/End Date cannot be set before Start Date/);
  });
});

describe('a code', () => {
  it('is unique within its model, archived records included, and nowhere else', async () => {
    const batch = makers.batchValues(course);
    const first = await makers.make('op.batch', batch);
    expect((await makers.refusal('op.batch', batch))!.message).toMatch(/Code should be unique per/);
    await makers.change('op.batch', first, { active: false });
    expect(await makers.refusal('op.batch', batch)).toBeInstanceOf(OdooValidationError);
    expect(await makers.subject({ code: batch.code! })).toBeGreaterThan(0);
  });

  it('of a department is not', async () => {
    const code = makers.code();
    const first = await makers.department({ code });
    expect(await makers.department({ code })).toBeGreaterThan(first);
  });

  it('is looked at after it has been cut', async () => {
    const code = makers.code().padEnd(16, '0');
    await makers.course({ code: `${code}-summer` });
    const refused = await makers.refusal('op.course', { name: code, code: `${code}-winter` });
    expect(refused).toBeInstanceOf(OdooValidationError);
  });
});

describe('a student', () => {
  it('needs a name, which the form makes and we must', async () => {
    const { name: _left, ...values } = makers.studentValues();
    expect(await makers.refusal('op.student', values)).toBeInstanceOf(OdooValidationError);
  });

  it('may lack a last name and an e-mail address, and may have one that is none', async () => {
    const student = await makers.student({ last_name: false, email: 'not-an-email' });
    expect(await makers.read('op.student', student, ['last_name', 'email'])).toMatchObject({
      last_name: false,
      email: 'not-an-email',
    });
  });

  it('has a registration number that nobody else has, or none', async () => {
    const number = makers.code();
    await makers.student({ gr_no: number });
    expect(await makers.refusal('op.student', makers.studentValues({ gr_no: number }))).toBeInstanceOf(
      OdooValidationError,
    );
    expect(await makers.student()).toBeLessThan(await makers.student());
  });

  it('is enrolled once in a program and batch, running, without subjects', async () => {
    const enrolment = {
      student_id: await makers.student(),
      course_id: course,
      batch_id: await makers.batch(course),
    };
    const id = await makers.make('op.student.course', enrolment);
    expect(await makers.read('op.student.course', id, ['state', 'subject_ids', 'academic_years_id'])).toEqual(
      {
        id,
        state: 'running',
        subject_ids: [],
        academic_years_id: false,
      },
    );
    expect((await makers.refusal('op.student.course', enrolment))!.message).toMatch(/unique per Batch/);
  });
});

it('a record that is not there cannot be changed', async () => {
  const change = makers.change('op.batch', nowhere, { name: 'x' });
  await expect(change).rejects.toBeInstanceOf(OdooMissingRecordError);
});

it('a lecture belongs to a teacher, a subject, a program and a batch, and is a draft', async (test) => {
  if ((await odoo.fields.of('op.session')) === undefined) return test.skip('there is no timetable');
  const session = await makers.make('op.session', {
    faculty_id: await makers.teacher(),
    subject_id: await makers.subject(),
    course_id: course,
    batch_id: await makers.batch(course),
    start_datetime: '2026-11-23 08:00:00',
    end_datetime: '2026-11-23 09:30:00',
  });
  expect(await makers.read('op.session', session, ['state', 'start_datetime', 'active', 'name'])).toEqual({
    id: session,
    state: 'draft',
    start_datetime: '2026-11-23 08:00:00',
    active: true,
    name: expect.stringMatching(/Lecturer:oct-.*[AP]M-.*[AP]M$/),
  });
});
