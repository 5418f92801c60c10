import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import { searchRead } from '#shared/odoo/calls/read.ts';
import { OdooWriter, type Values } from '#shared/odoo/calls/write.ts';
import { OdooClient } from '#shared/odoo/client/client.ts';
import {
  PulledAttendance,
  PulledExam,
  pullIn,
  type School,
  standing,
  startImportKit,
} from '#test/integration/erp/import-support.ts';
import type { Kit } from '#test/integration/kit.ts';

const { ODOO_URL = '', ODOO_DB = '', ODOO_USER = '', ODOO_KEY = '' } = process.env;
/** The user of docs/openeducat-setup.md; what a registrar does is done by the other one. */
const { ODOO_SYNC_USER = ODOO_USER, ODOO_SYNC_KEY = ODOO_KEY } = process.env;

describe.skipIf(!ODOO_URL)('marks and attendance of a course on their way to a live OpenEduCat', () => {
  const first = randomInt(1_000_000, 90_000_000);
  const registrar = new OdooClient({
    baseUrl: ODOO_URL || 'http://127.0.0.1',
    database: ODOO_DB,
    user: ODOO_USER,
    key: ODOO_KEY,
  });
  const made: [model: string, id: number][] = [];
  let kit: Kit;
  let school: School;
  let oral: PulledExam;
  let quiz: PulledExam;
  let attendance: PulledAttendance;

  async function make(model: string, values: Values): Promise<number> {
    const [outcome] = await new OdooWriter(registrar).create(model, [values]);
    if (outcome!.error) throw outcome!.error;
    made.unshift([model, outcome!.value!]);
    return outcome!.value!;
  }

  /** A program with a subject and two students whom no other run has. */
  async function makeSchool(): Promise<School> {
    const code = `live-${first}`;
    const subject = await make('op.subject', { name: 'Optics', code });
    const program = await make('op.course', { name: 'Physics', code, subject_ids: [[6, 0, [subject]]] });
    const years = { start_date: '2026-09-01', end_date: '2027-06-30' };
    const batch = await make('op.batch', { name: code, code, course_id: program, ...years });
    const students = [];
    for (const name of ['Ana', 'Ben']) {
      const person = { name: `${name} ${code}`, first_name: name, last_name: code, birth_date: '2006-02-03' };
      students.push(await make('op.student', person));
    }
    const enrolments = [];
    for (const student_id of students)
      enrolments.push(await make('op.student.course', { student_id, course_id: program, batch_id: batch }));
    return { program, subject, batch, students, enrolments };
  }

  const exams = () =>
    searchRead(registrar, 'op.exam', [['subject_id', '=', school.subject]], ['start_time', 'end_time']);

  /** What the ERP has of a model for the students, as `{student} {values}`. */
  async function held(model: string, ...fields: string[]): Promise<unknown[]> {
    const rows = await searchRead(
      registrar,
      model,
      [['student_id', 'in', school.students]],
      ['student_id', ...fields],
    );
    return rows.map(({ student_id: student, ...row }) => [
      school.students.indexOf((student as [number, string])[0]),
      ...fields.map((field) => row[field]),
    ]);
  }

  async function bring(...records: PulledRecord[]): Promise<void> {
    await pullIn(kit, ...records);
    for (const record of records) expect(`${record.model} ${await standing(kit, record)}`).toMatch(/synced$/);
  }

  beforeAll(async () => {
    school = await makeSchool();
    oral = new PulledExam(school, first);
    quiz = new PulledExam(school, first, 'quiz');
    attendance = new PulledAttendance(school, first);
    kit = await startImportKit();
    const connection = { url: ODOO_URL, database: ODOO_DB, user: ODOO_SYNC_USER, key: ODOO_SYNC_KEY };
    await kit.system.writeErpConnection(JSON.stringify(connection));
  });
  afterAll(async () => {
    await kit?.stop();
    const writer = new OdooWriter(registrar);
    const lines = ['op.attendance.line', 'op.result.line', 'op.exam.attendees'];
    for (const model of lines) {
      const rows = await searchRead(registrar, model, [['student_id', 'in', school.students]], []);
      await writer.unlink(
        model,
        rows.map(({ id }) => id),
      );
    }
    for (const model of ['op.attendance.sheet', 'op.attendance.register', 'op.exam', 'op.exam.session']) {
      const field = model === 'op.attendance.sheet' ? 'register_id.course_id' : 'course_id';
      const rows = await searchRead(registrar, model, [[field, '=', school.program]], []);
      await writer.unlink(
        model,
        rows.map(({ id }) => id),
      );
    }
    for (const [model, id] of made) await writer.unlink(model, [id]);
  });

  it('are made, with a second exam of the subject on the same day', async () => {
    const [ana, ben] = school.students as [number, number];
    await bring(...oral.records({ gradePass: 40 }), oral.line(ana, 77.5), oral.line(ben, 30));
    await bring(
      ...quiz.records({ max: 10, name: 'Quiz' }),
      quiz.attendee(ana, 7.5, 10),
      quiz.attendee(ben, 4, 10),
    );
    await bring(...attendance.records(1), attendance.line(1, ana, 'P'), attendance.line(1, ben, 'L'));
    const [one, other] = await exams();
    expect([one, other].map((exam) => String(exam!.start_time) < String(exam!.end_time))).toEqual([
      true,
      true,
    ]);
    expect(other!.end_time).toBe(one!.start_time);
    expect(await held('op.result.line', 'marks', 'status')).toEqual([
      [0, 78, 'pass'],
      [1, 30, 'fail'],
    ]);
    expect(await held('op.exam.attendees', 'marks')).toEqual([
      [0, 8],
      [1, 4],
    ]);
    expect(await held('op.attendance.line', 'present', 'late')).toEqual([
      [0, true, false],
      [1, false, true],
    ]);
  });

  it('are changed', async () => {
    const [ana, ben] = school.students as [number, number];
    await bring(oral.line(ben, 55), quiz.attendee(ana, 9, 10), attendance.line(1, ben, 'A'));
    expect(await held('op.result.line', 'marks', 'status')).toEqual([
      [0, 78, 'pass'],
      [1, 55, 'pass'],
    ]);
    expect(await held('op.exam.attendees', 'marks')).toContainEqual([0, 9]);
    expect(await held('op.attendance.line', 'late', 'absent')).toContainEqual([1, false, true]);
  });

  it('are taken back', async () => {
    const [ana, ben] = school.students as [number, number];
    await bring(oral.line(ana, null), quiz.attendee(ben, null, 10), attendance.line(1, ben, undefined));
    expect(await held('op.result.line', 'marks')).toEqual([[1, 55]]);
    expect(await held('op.exam.attendees', 'marks')).toEqual([[0, 9]]);
    expect(await held('op.attendance.line', 'present')).toEqual([[0, true]]);
  });

  it('are not written to an exam that the registrar has cancelled', async () => {
    const cancelled = (await exams()).map(({ id }) => id);
    await registrar.executeKw('op.exam', 'act_cancel', [cancelled], {}, z.unknown());
    const changed = quiz.attendee(school.students[0]!, 10, 10);
    await pullIn(kit, changed);
    expect(await standing(kit, changed)).toBe('conflict: closed-in-erp');
  });
});
