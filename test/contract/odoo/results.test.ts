import { beforeAll, describe, expect, it } from 'vitest';
import { readByIds } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { OdooValidationError } from '#shared/odoo/client/errors.ts';
import { Makers } from './makers.ts';
import { useOdoo } from './peer.ts';

const odoo = useOdoo();
const makers = new Makers(odoo);
let hasExams: boolean;
let hasAttendance: boolean;
let course: number;
let batch: number;

beforeAll(async () => {
  hasExams = (await odoo.fields.of('op.exam')) !== undefined;
  hasAttendance = (await odoo.fields.of('op.attendance.line')) !== undefined;
  course = await makers.course();
  batch = await makers.batch(course);
});

async function sessionValues(): Promise<Values> {
  const code = makers.code();
  return {
    name: 'Autumn',
    exam_code: makers.code(),
    course_id: course,
    batch_id: batch,
    exam_type: await makers.make('op.exam.type', { name: code, code }),
    evaluation_type: 'normal',
    start_date: '2026-09-01',
    end_date: '2027-06-30',
  };
}

async function examValues(more: Values = {}): Promise<Values> {
  return {
    session_id: await makers.make('op.exam.session', await sessionValues()),
    subject_id: await makers.subject(),
    exam_code: makers.code(),
    name: 'Quiz 1',
    start_time: '2026-10-01 08:00:00',
    end_time: '2026-10-01 09:00:00',
    total_marks: 100,
    min_marks: 40,
    ...more,
  };
}

const exam = async (more: Values = {}) => makers.make('op.exam', await examValues(more));

describe('an exam', () => {
  it('lies within its session, has marks in order, and a code of its own', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const values = await examValues();
    const id = await makers.make('op.exam', values);
    expect(await makers.read('op.exam', id, ['state', 'course_id', 'total_marks'])).toMatchObject({
      state: 'draft',
      course_id: [course, expect.any(String)],
      total_marks: 100,
    });
    const wrongs: Values[] = [
      { end_time: '2026-10-01 07:00:00' },
      { start_time: '2025-10-01 08:00:00' },
      { total_marks: 0 },
      { min_marks: 0 },
      { min_marks: 101 },
    ];
    for (const wrong of wrongs)
      expect(
        await makers.refusal('op.exam', { ...values, exam_code: makers.code(), ...wrong }),
      ).toBeInstanceOf(OdooValidationError);
    const later = { start_time: '2026-11-01 08:00:00', end_time: '2026-11-01 09:00:00' };
    expect((await makers.refusal('op.exam', { ...values, ...later }))!.message).toMatch(
      /Code should be unique per/,
    );
  });

  it('needs everything that the import sends', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const values = await examValues();
    for (const field of [
      'subject_id',
      'exam_code',
      'name',
      'start_time',
      'end_time',
      'total_marks',
      'min_marks',
    ]) {
      const { [field]: _left, ...others } = values;
      const refused = await makers.refusal('op.exam', {
        exam_code: makers.code(),
        ...others,
        [field]: false,
      });
      expect(refused, field).toBeInstanceOf(OdooValidationError);
    }
    const { exam_type: _left, ...session } = await sessionValues();
    expect(await makers.refusal('op.exam.session', session)).toMatchObject({ field: 'exam_type' });
  });
});

describe('marks', () => {
  it('of an attendee are whole, not negative, and one for each exam', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const values = {
      exam_id: await exam(),
      student_id: await makers.student(),
      status: 'present',
      marks: 77.5,
    };
    const id = await makers.make('op.exam.attendees', values);
    expect(await makers.read('op.exam.attendees', id, ['marks', 'status'])).toMatchObject({
      marks: 77,
      status: 'present',
    });
    expect((await makers.refusal('op.exam.attendees', values))!.message).toMatch(/unique per exam/);
    for (const marks of ['many', 2 ** 31]) {
      const no = await makers.refusal('op.exam.attendees', { ...values, marks });
      expect(no, `${marks}`).toBeInstanceOf(OdooValidationError);
    }
    const other = { ...values, student_id: await makers.student() };
    expect(await makers.refusal('op.exam.attendees', { ...other, marks: -1 })).toBeInstanceOf(
      OdooValidationError,
    );
    const without = await makers.make('op.exam.attendees', {
      exam_id: values.exam_id,
      student_id: other.student_id,
    });
    expect(await makers.read('op.exam.attendees', without, ['marks', 'status'])).toMatchObject({
      marks: 0,
      status: 'present',
    });
  });

  it('of an attendee go with the exam', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const exam_id = await exam();
    const id = await makers.make('op.exam.attendees', { exam_id, student_id: await makers.student() });
    expect(await odoo.writer.unlink('op.exam', [exam_id])).toEqual([{ value: true }]);
    expect(await readByIds(odoo.client, 'op.exam.attendees', [id], [])).toEqual([]);
  });

  it('of a class are written, whether the model takes one or many', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const exam_id = await exam();
    const students = [await makers.student(), await makers.student(), await makers.student()];
    const values = students.map((student_id, index) => ({ exam_id, student_id, marks: 50 + index }));
    const ids = (await odoo.writer.create('op.exam.attendees', values)).map(({ value }) => value!);
    const changes = ids.map((id) => ({ id, values: { marks: 60 } }));
    expect(await odoo.writer.write('op.exam.attendees', changes)).toEqual(ids.map(() => ({ value: true })));
    const rows = await readByIds(odoo.client, 'op.exam.attendees', ids, ['marks']);
    expect(rows.map(({ marks }) => marks)).toEqual([60, 60, 60]);
  });

  it('of a result say whether they are enough, then and when they change', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const values = { exam_id: await exam(), student_id: await makers.student(), marks: 40 };
    const id = await makers.make('op.result.line', { ...values, status: 'fail' });
    expect(await makers.read('op.result.line', id, ['marks', 'status'])).toMatchObject({ status: 'pass' });
    await makers.change('op.result.line', id, { marks: 39 });
    expect(await makers.read('op.result.line', id, ['marks', 'status'])).toMatchObject({
      marks: 39,
      status: 'fail',
    });
    expect(await makers.refusal('op.result.line', { ...values, marks: -1 })).toBeInstanceOf(
      OdooValidationError,
    );
    const second = await makers.make('op.result.line', values);
    expect(second, 'nothing keeps a result from being there twice').toBeGreaterThan(id);
    expect(await odoo.writer.unlink('op.result.line', [id, second])).toEqual([
      { value: true },
      { value: true },
    ]);
  });

  it('of several results are created in one call', async (test) => {
    if (!hasExams) return test.skip('there are no exams');
    const exam_id = await exam();
    const values = [
      { exam_id, student_id: await makers.student(), marks: 80 },
      { exam_id, student_id: await makers.student(), marks: 20 },
    ];
    const calls = odoo.client.statistics.calls;
    const ids = (await odoo.writer.create('op.result.line', values)).map(({ value }) => value!);
    expect(odoo.client.statistics.calls - calls).toBe(1);
    const rows = await readByIds(odoo.client, 'op.result.line', ids, ['status']);
    expect(rows.map(({ status }) => status)).toEqual(['pass', 'fail']);
  });
});

describe('attendance', () => {
  it('is a register, a sheet for each day, and a line for each student', async (test) => {
    if (!hasAttendance) return test.skip('there is no attendance');
    const code = makers.code();
    const register = { name: code, code, course_id: course, batch_id: batch };
    const register_id = await makers.make('op.attendance.register', register);
    expect(await makers.refusal('op.attendance.register', register)).toBeInstanceOf(OdooValidationError);
    const sheet = await makers.make('op.attendance.sheet', { register_id, attendance_date: '2026-10-05' });
    expect(await makers.read('op.attendance.sheet', sheet, ['name', 'state', 'course_id'])).toMatchObject({
      name: expect.stringContaining(code),
      state: 'draft',
      course_id: [course, expect.any(String)],
    });
    const line = { attendance_id: sheet, student_id: await makers.student() };
    const flags = ['present', 'absent', 'excused', 'late', 'attendance_date'];
    const id = await makers.make('op.attendance.line', {
      ...line,
      present: false,
      absent: true,
      excused: false,
      late: false,
    });
    expect(await makers.read('op.attendance.line', id, flags)).toMatchObject({
      present: false,
      absent: true,
      excused: false,
      late: false,
      attendance_date: '2026-10-05',
    });
    expect((await makers.refusal('op.attendance.line', line))!.message).toMatch(/unique per Attendance/);
  });
});
