import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsStore } from '#shared/store/tables/records-store.ts';
import type { Kit } from '../kit.ts';
import {
  erpCallsDuring,
  erpRow,
  erpRows,
  erpWritesDuring,
  inErp,
  makeSchool,
  onlyInErp,
  PulledAttendance,
  pulledStore,
  pullIn,
  type School,
  standing,
  startImportKit,
} from './import-support.ts';

const flags = ['present', 'absent', 'excused', 'late', 'remark'];

let kit: Kit;
let school: School;
let activity: PulledAttendance;
beforeAll(async () => {
  kit = await startImportKit();
  school = makeSchool(kit, 3);
  activity = new PulledAttendance(school, 5);
});
afterAll(() => kit.stop());

describe('attendance that was taken in Moodle', () => {
  it('becomes a register, a sheet and lines, with all four flags', async () => {
    const [first, second, third] = school.students as [number, number, number];
    await pullIn(
      kit,
      ...activity.records(31),
      activity.line(31, first, 'P'),
      activity.line(31, second, 'A', { remark: 'ill' }),
      activity.line(31, third, 'L'),
    );
    const register = onlyInErp(kit, 'op.attendance.register');
    expect(register).toMatchObject({
      name: 'Attendance of th',
      code: 'MAT5-2a97',
      course_id: [school.program, 'Physics'],
      subject_id: [school.subject, 'Optics'],
      batch_id: [school.batch, 'PHY-2026'],
    });
    const sheet = onlyInErp(kit, 'op.attendance.sheet');
    expect(sheet).toMatchObject({ attendance_date: '2026-11-02', state: 'done', session_id: false });
    expect(inErp(kit, 'op.attendance.line', 'student_id', ...flags)).toEqual([
      { student_id: first, present: true, absent: false, excused: false, late: false, remark: false },
      { student_id: second, present: false, absent: true, excused: false, late: false, remark: 'ill' },
      { student_id: third, present: false, absent: false, excused: false, late: true, remark: false },
    ]);
  });

  it('leaves word for the export which of the ERP’s records are imports', async () => {
    const rows = erpRows(kit);
    const line = activity.line(31, school.students[0]!, 'P');
    const [register, sheet] = activity.records(31);
    const { erp_id: id } = (await erpRow(kit, 'op.attendance.line', line.id))!;
    expect(await rows.pointers('op.attendance.line', [id!, 4711])).toEqual(new Map([[id, line.id]]));
    expect([...(await rows.pointers('op.attendance.sheet', [1])).values()]).toEqual([sheet!.id]);
    expect([...(await rows.pointers('op.attendance.register', [1])).values()]).toEqual([register!.id]);
  });

  it('of a second session on the same day is a sheet of its own', async () => {
    const [first] = school.students as [number];
    await pullIn(kit, ...activity.records(32), activity.line(32, first, 'E'));
    expect(inErp(kit, 'op.attendance.sheet', 'attendance_date')).toHaveLength(2);
    expect(onlyInErp(kit, 'op.attendance.register')).toBeDefined();
  });

  it('that is the same costs no call, that changed is written, and that was taken back is deleted', async () => {
    const [first, second] = school.students as [number, number];
    expect(await erpCallsDuring(kit, () => pullIn(kit, activity.line(31, first, 'P')))).toEqual([]);
    const changed = () => pullIn(kit, activity.line(31, first, 'L'));
    expect(await erpWritesDuring(kit, changed)).toEqual(['op.attendance.line.write']);
    const { erp_id: id } = (await erpRow(kit, 'op.attendance.line', activity.line(31, second, 'A').id))!;
    const withdrawn = activity.line(31, second, undefined);
    expect(await erpWritesDuring(kit, () => pullIn(kit, withdrawn))).toEqual(['op.attendance.line.unlink']);
    expect(kit.erp.registrar.read('op.attendance.line', id!)).toBeUndefined();
    expect(await erpRows(kit).pointers('op.attendance.line', [id!])).toEqual(new Map());
  });

  it('moves its sheet when its session is moved to another day, and goes on being written to it', async () => {
    const [first] = school.students as [number];
    const [, moved] = activity.records(31, '2026-11-05');
    expect(await erpWritesDuring(kit, () => pullIn(kit, moved!))).toEqual(['op.attendance.sheet.write']);
    expect(inErp(kit, 'op.attendance.sheet', 'attendance_date')).toEqual([
      { attendance_date: '2026-11-05' },
      { attendance_date: '2026-11-02' },
    ]);
    expect(await erpCallsDuring(kit, () => pullIn(kit, moved!))).toEqual([]);
    const line = activity.line(31, first, 'E');
    expect(await erpWritesDuring(kit, () => pullIn(kit, line))).toEqual(['op.attendance.line.write']);
    expect(await standing(kit, line)).toBe('synced');
  });

  it('is not written to a sheet that the ERP has cancelled', async () => {
    const [first] = school.students as [number];
    const line = activity.line(32, first, 'A');
    kit.erp.registrar.write('op.attendance.sheet', 2, { state: 'cancel' });
    expect(await erpWritesDuring(kit, () => pullIn(kit, line))).toEqual([]);
    expect(await standing(kit, line)).toBe('conflict: closed-in-erp');
    const [, moved] = activity.records(32, '2026-11-06');
    expect(await erpWritesDuring(kit, () => pullIn(kit, moved!))).toEqual([]);
    expect(await standing(kit, moved!)).toBe('conflict: closed-in-erp');
  });
});

describe('attendance of a sheet of the ERP’s own, that a teacher has changed in Moodle', () => {
  let sheet: number;
  let own: number;
  beforeAll(async () => {
    const { registrar } = kit.erp;
    const [first] = school.students as [number];
    const register = registrar.create('op.attendance.register', {
      name: 'Own',
      code: 'OWN',
      course_id: school.program,
      batch_id: school.batch,
      subject_id: school.subject,
    });
    sheet = registrar.create('op.attendance.sheet', { register_id: register, attendance_date: '2026-11-02' });
    own = registrar.create('op.attendance.line', { attendance_id: sheet, student_id: first, present: true });
    await kit.configure('demo', { sync_attendance_from: 'both' });
    await kit.put({
      ...registrar.read('op.attendance.line', own)!,
      model: 'op.attendance.line',
      id: String(own),
    });
    await kit.settle();
  });

  /** Has the pull correct the ERP's own line, as it does when Moodle's mark is the later one. */
  async function correct(acronym: 'A' | 'L', takenAt: number): Promise<void> {
    const [first] = school.students as [number];
    const { present, absent, excused, late, remark, withdrawn, moodle_status, write_date, taken_at } =
      activity.line(40, first, acronym, { takenAt });
    const fields = { present, absent, excused, late, remark, withdrawn, moodle_status, write_date, taken_at };
    const key = { model: 'op.attendance.line', id: String(own) };
    const records = recordsStore(kit.cloud.clients.dynamodb, kit.cloud.resource('RecordsTableName'));
    const read = (await records.getMany('op.attendance.line', [key.id])).get(key.id)!;
    await pulledStore(kit).setFields('demo', key, fields, { name: 'write_date', value: read.write_date });
    await kit.settle();
  }

  const now = () => Math.floor(kit.cloud.clock.now() / 1000);

  it('corrects the ERP’s own line under its own id, and makes a line where there was none', async () => {
    await correct('A', now() + 60);
    expect(kit.erp.registrar.read('op.attendance.line', own)).toMatchObject({ present: false, absent: true });
    const [, second] = school.students as [number, number];
    await pullIn(kit, activity.line(40, second, 'L', { sheet }));
    expect(inErp(kit, 'op.attendance.line', 'attendance_id', 'student_id', 'late')).toContainEqual({
      attendance_id: sheet,
      student_id: second,
      late: true,
    });
  });

  it('leaves what the registrar has written later, on both sides as the settings say', async () => {
    await kit.advance(5 * 60_000);
    const taken = now();
    await kit.advance(60_000);
    kit.erp.registrar.write('op.attendance.line', own, { present: false, absent: false, excused: true });
    await correct('L', taken);
    expect(kit.erp.registrar.read('op.attendance.line', own)).toMatchObject({ excused: true, late: false });
    expect(await standing(kit, { model: 'op.attendance.line', id: String(own) })).toBe('synced');
    await correct('L', now() + 60);
    expect(kit.erp.registrar.read('op.attendance.line', own)).toMatchObject({ excused: false, late: true });
  });
});
