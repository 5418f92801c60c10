import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kit, startKit } from '../kit.ts';
import { exportAll, exportChanges, idsOf, minute, recordOf } from './export-support.ts';
import { School } from './school.ts';

const pulled = {
  register: 'moodle_demo_attendance_7',
  sheet: 'moodle_demo_session_31',
  line: 'moodle_demo_session_31_student_1',
};

describe('attendance', () => {
  let kit: Kit;
  let school: School;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none', erp: {}, instances: [{ sync_attendance_from: 'oec' }] });
    school = new School(kit.erp, 2);
    await exportAll(kit);
  });
  afterAll(() => kit.stop());

  /** Notes, as the import does, that a record of the ERP is a pulled one. */
  async function noteImport(model: string, erpId: number, record: string, written: object): Promise<void> {
    const TableName = kit.cloud.resource('ErpMappingsTableName');
    for (const Item of [
      { model, id: `erp#${erpId}`, record },
      { model, id: record, erp_id: erpId, status: 'synced', written },
    ]) {
      await kit.cloud.clients.dynamodb.send(new PutCommand({ TableName, Item }));
    }
  }

  function registerOf(code: string): number {
    const { program, batch, subjects } = school;
    return kit.erp.registrar.create('op.attendance.register', {
      name: code,
      code,
      course_id: program,
      batch_id: batch,
      subject_id: subjects[0],
    });
  }

  const marks = { present: false, absent: true, excused: false, late: false, remark: false };
  const imported = { register: 0, sheet: 0, line: 0 };

  it('that the ERP takes arrives in Moodle', async () => {
    const { registrar } = kit.erp;
    const register = registerOf('OWN');
    const sheet = registrar.create('op.attendance.sheet', {
      register_id: register,
      attendance_date: '2026-11-24',
      state: 'done',
    });
    const [student] = school.students as [number];
    registrar.create('op.attendance.line', { attendance_id: sheet, student_id: student, ...marks });
    await exportChanges(kit);
    expect(await kit.troubles()).toEqual({});
    const mapping = await kit.mapping(`oec_sheet_${sheet}`);
    expect(mapping?.status).toBe('synced');
  });

  it('that was imported from Moodle is no record of its own', async () => {
    const { registrar } = kit.erp;
    imported.register = registerOf('MAT5-0001');
    imported.sheet = registrar.create('op.attendance.sheet', {
      register_id: imported.register,
      attendance_date: '2026-11-25',
      state: 'done',
    });
    const values = { attendance_id: imported.sheet, student_id: school.students[0]!, ...marks };
    imported.line = registrar.create('op.attendance.line', values);
    await noteImport('op.attendance.register', imported.register, pulled.register, {});
    await noteImport('op.attendance.sheet', imported.sheet, pulled.sheet, {});
    await noteImport('op.attendance.line', imported.line, pulled.line, marks);
    const taken = '2026-11-25 07:00:00';
    await kit.put(
      { model: 'op.attendance.register', id: pulled.register, name: 'Attendance', course_id: school.program },
      { model: 'op.attendance.sheet', id: pulled.sheet, register_id: pulled.register, state: 'done' },
      {
        model: 'op.attendance.line',
        id: pulled.line,
        attendance_id: pulled.sheet,
        student_id: school.students[0],
        ...marks,
        moodle_status: 'A',
        withdrawn: false,
        write_date: taken,
        taken_at: '2026-11-25T07:00:00.000Z',
      },
    );
    const before = await recordOf(kit, 'op.attendance.line', pulled.line);
    await kit.advance(minute);
    await exportAll(kit);
    expect(await recordOf(kit, 'op.attendance.register', imported.register)).toBeUndefined();
    expect(await recordOf(kit, 'op.attendance.sheet', imported.sheet)).toBeUndefined();
    expect(await recordOf(kit, 'op.attendance.line', imported.line)).toBeUndefined();
    expect(await recordOf(kit, 'op.attendance.line', pulled.line)).toEqual(before);
  });

  it('that was imported and is edited in the ERP changes the pulled record, under its id', async () => {
    kit.erp.registrar.write('op.attendance.line', imported.line, {
      absent: false,
      excused: true,
      remark: 'ill',
    });
    await kit.advance(minute);
    await exportChanges(kit);
    const line = await recordOf(kit, 'op.attendance.line', pulled.line);
    expect(line).toMatchObject({
      attendance_id: pulled.sheet,
      student_id: school.students[0],
      absent: false,
      excused: true,
      remark: 'ill',
      moodle_status: 'A',
    });
    expect(line?.create_date).toBeUndefined();
    expect(String(line?.write_date) > '2026-11-25 07:00:00').toBe(true);
    await exportChanges(kit);
    expect(await recordOf(kit, 'op.attendance.line', pulled.line)).toEqual(line);
  });

  it('that the ERP takes on an imported sheet refers to the pulled one', async () => {
    const own = kit.erp.registrar.create('op.attendance.line', {
      attendance_id: imported.sheet,
      student_id: school.students[1]!,
      ...marks,
    });
    await kit.advance(minute);
    await exportChanges(kit);
    expect(await recordOf(kit, 'op.attendance.line', own)).toMatchObject({
      attendance_id: [pulled.sheet, expect.any(String)],
    });
  });

  it('that was exported before the import could note it is taken back', async () => {
    await kit.put({
      model: 'op.attendance.line',
      id: String(imported.line),
      attendance_id: imported.sheet,
      ...marks,
    });
    await exportAll(kit);
    expect(await idsOf(kit, 'op.attendance.line')).not.toContain(String(imported.line));
    expect(await recordOf(kit, 'op.attendance.line', pulled.line)).toMatchObject({ excused: true });
  });
});
