import { describe, expect, it } from 'vitest';
import { type Condition, searchCount, searchRead } from '#shared/odoo/calls/read.ts';
import { Makers } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);

const writtenAt = async (model: string, id: number) =>
  String((await makers.read(model, id, ['write_date'])).write_date);
const contactOf = async (student: number) =>
  ((await makers.read('op.student', student, ['partner_id'])).partner_id as [number, string])[0];

describe('the write_date', () => {
  it('of a student stays when only the contact is changed', async () => {
    const student = await makers.student({ email: 'before@example.org' });
    const contact = await contactOf(student);
    const [studentBefore, contactBefore] = [
      await writtenAt('op.student', student),
      await writtenAt('res.partner', contact),
    ];
    await odoo.later();
    await makers.change('res.partner', contact, { email: 'after@example.org' });
    expect((await makers.read('op.student', student, ['email'])).email).toBe('after@example.org');
    expect(await writtenAt('op.student', student)).toBe(studentBefore);
    expect((await writtenAt('res.partner', contact)) > contactBefore).toBe(true);
  });

  it('of the contact finds the student whose contact was changed', async () => {
    const student = await makers.student();
    const contact = await contactOf(student);
    await odoo.later();
    await makers.change('res.partner', contact, { phone: '+49 30 1234' });
    const changed: Condition = ['partner_id.write_date', '>=', await writtenAt('res.partner', contact)];
    const rows = await searchRead(odoo.client, 'op.student', [['id', '=', student], changed], ['phone']);
    expect(rows).toEqual([{ id: student, phone: '+49 30 1234' }]);
    const own: Condition = ['write_date', '>=', await writtenAt('res.partner', contact)];
    expect(await searchCount(odoo.client, 'op.student', [['id', '=', student], own])).toBe(0);
  });

  it('of both moves when the contact is changed on the student', async () => {
    const student = await makers.student();
    const contact = await contactOf(student);
    const before = await writtenAt('op.student', student);
    await odoo.later();
    await makers.change('op.student', student, { email: 'new@example.org' });
    expect((await writtenAt('op.student', student)) > before).toBe(true);
    expect((await writtenAt('res.partner', contact)) > before).toBe(true);
  });

  it('of a program moves when its subjects are changed', async () => {
    const course = await makers.course();
    const subject = await makers.subject();
    const before = await writtenAt('op.course', course);
    await odoo.later();
    await makers.change('op.course', course, { subject_ids: [[4, subject]] });
    expect((await writtenAt('op.course', course)) > before).toBe(true);
  });

  it('of a line moves when the date of its sheet does', async (test) => {
    if ((await odoo.fields.of('op.attendance.line')) === undefined)
      return test.skip('there is no attendance');
    const course = await makers.course();
    const code = makers.code();
    const register = { name: code, code, course_id: course, batch_id: await makers.batch(course) };
    const register_id = await makers.make('op.attendance.register', register);
    const attendance_id = await makers.make('op.attendance.sheet', {
      register_id,
      attendance_date: '2026-10-05',
    });
    const line = await makers.make('op.attendance.line', {
      attendance_id,
      student_id: await makers.student(),
    });
    const before = await writtenAt('op.attendance.line', line);
    await odoo.later();
    await makers.change('op.attendance.sheet', attendance_id, { state: 'done' });
    expect(await writtenAt('op.attendance.line', line)).toBe(before);
    await makers.change('op.attendance.sheet', attendance_id, { attendance_date: '2026-10-06' });
    expect((await writtenAt('op.attendance.line', line)) > before).toBe(true);
  });

  it('of a student moves when it is archived; its enrolment stays as it is, and running', async () => {
    const course = await makers.course();
    const batch = await makers.batch(course);
    const student = await makers.student();
    const values = { student_id: student, course_id: course, batch_id: batch };
    const enrolment = await makers.make('op.student.course', values);
    const [studentBefore, enrolmentBefore] = [
      await writtenAt('op.student', student),
      await writtenAt('op.student.course', enrolment),
    ];
    await odoo.later();
    await makers.change('op.student', student, { active: false });
    expect((await writtenAt('op.student', student)) > studentBefore).toBe(true);
    expect(await writtenAt('op.student.course', enrolment)).toBe(enrolmentBefore);
    const row = await makers.read('op.student.course', enrolment, ['state', 'student_id']);
    expect(row).toMatchObject({ state: 'running', student_id: [student, expect.stringContaining('Sample')] });
  });
});
