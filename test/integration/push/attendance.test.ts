import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '#shared/store/documents.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import {
  enrolment,
  isWrite,
  type Kit,
  line,
  program,
  register,
  session,
  sheet,
  startKit,
  student,
} from '../kit.ts';
import {
  attendanceIn,
  classroom,
  marksIn,
  pullAttendance,
  studies,
  wholeRecords,
} from '../pull/attendance-course.ts';
import { countByFunction, killAtFirst, untilRedelivered, writesOf } from '../reliability/support.ts';
import { sweep } from '../sweep/support.ts';

const update = 'mod_attendance_update_user_status';
const fromErp = { instances: [{ sync_attendance_from: 'oec' }] };

describe('attendance that the ERP has taken', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit(fromErp);
    await kit.sync(...studies);
  });
  afterAll(() => kit.stop());
  const calls = (...items: Item[]) => kit.site().callsDuring(() => kit.sync(...items));

  it('is nothing in Moodle before there is a line', async () => {
    const made = await calls(register(1, 1, 1, 1), sheet(1, 1));
    expect(made).toEqual([]);
  });

  it('becomes an activity, a session of the batch’s group and a mark for each line', async () => {
    const made = await calls(line(1, 1, 1, 'present'), line(2, 1, 2, 'late'));
    expect(await attendanceIn(kit)).toEqual([
      {
        name: 'Attendance',
        sessions: [
          {
            time: '2026-09-07T12:00:00.000Z',
            duration: 0,
            group: 'oec_batch_1',
            description: 'oec_sheet_1',
            marks: { 1: 'P', 2: 'L' },
          },
        ],
      },
    ]);
    expect(countByFunction(made.filter(isWrite))).toEqual({
      mod_attendance_add_attendance: 1,
      mod_attendance_add_session: 1,
      [update]: 2,
    });
    expect(await kit.troubles()).toEqual({});
    expect(await kit.mapping('oec_sheet_1')).toMatchObject({
      service: 'attendance',
      model: 'op.attendance.sheet',
      record_id: '1',
      status: 'synced',
      extra_data: { marks: { oec_student_1: 'P', oec_student_2: 'L' } },
    });
  });

  it('costs no call when it is written again unchanged, whatever the time', async () => {
    expect(await calls(line(1, 1, 1, 'present', { write_date: '2026-09-08 08:00:00' }), sheet(1, 1))).toEqual(
      [],
    );
    expect(await kit.site().callsDuring(() => sweep(kit, ['attendance']))).toEqual([]);
  });

  it('is corrected by one call for the line that changed', async () => {
    const made = await calls(line(1, 1, 1, 'absent'));
    expect(writesOf(made)).toEqual([update]);
    expect(await marksIn(kit)).toEqual([{ 1: 'A', 2: 'L' }]);
  });

  it('is completed by a line that comes later', async () => {
    expect(writesOf(await calls(line(3, 1, 3, 'excused')))).toEqual([update]);
    expect(await marksIn(kit)).toEqual([{ 1: 'A', 2: 'L', 3: 'E' }]);
  });

  it('stays in Moodle where a line or the sheet is deleted', async () => {
    await kit.syncDeletion(line(2, 1, 2, 'late'));
    expect(await marksIn(kit)).toEqual([{ 1: 'A', 2: 'L', 3: 'E' }]);
    await kit.syncDeletion(sheet(1, 1));
    expect(await marksIn(kit)).toEqual([{ 1: 'A', 2: 'L', 3: 'E' }]);
    await kit.sync(sheet(1, 1), line(2, 1, 2, 'late'));
    expect(await kit.troubles()).toEqual({});
  });

  it('reads four false fields as an absence, and takes the time of the lecture', async () => {
    await kit.sync(session(9, 1, 1, 1), sheet(2, 1, { session_id: [9, 'Lecture'] }));
    await kit.sync(line(4, 2, 1, 'present', { present: false }), line(5, 2, 2, 'present', { late: true }));
    const [, second] = (await attendanceIn(kit))[0]!.sessions;
    expect(second).toMatchObject({
      time: '2026-09-07T08:00:00.000Z',
      duration: 3600,
      description: 'oec_sheet_2',
      marks: { 1: 'A', 2: 'L' },
    });
  });

  it('is not sent for a cancelled sheet', async () => {
    expect(await calls(sheet(3, 1, { state: 'cancel' }), line(6, 3, 1, 'present'))).toEqual([]);
  });

  it('leaves out who is not in the session, and says so', async () => {
    await kit.sync(student(4));
    await kit.sync(sheet(4, 1), line(7, 4, 1, 'present'), line(8, 4, 4, 'present'));
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'P' });
    expect(await kit.mapping('oec_sheet_4')).toMatchObject({
      status: 'failed',
      failure: { code: 'notinsession', reason: expect.stringContaining('oec_student_4') },
    });
    await kit.sync(enrolment(4, 4, 1, 1));
    await kit.advance(6 * 60_000);
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'P', 4: 'P' });
    expect(await kit.troubles()).toEqual({});
  });

  it('is told of a line that cannot be read, and sends the others', async () => {
    await kit.sync(sheet(5, 1), line(9, 5, 1, 'present'), line(10, 5, 2, 'late', { student_id: false }));
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'P' });
    expect(await kit.troubles()).toEqual({ oec_line_10: 'invalid: required' });
    await kit.sync(line(10, 5, 2, 'late'));
    expect(await kit.troubles()).toEqual({});
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'P', 2: 'L' });
  });

  it('has no place where the register names no subject, until it does', async () => {
    await kit.sync(register(2, 1, 1, 1, { subject_id: false }), sheet(6, 2), line(11, 6, 1, 'present'));
    expect(await kit.mapping('oec_sheet_6')).toMatchObject({
      status: 'invalid',
      failure: { field: 'subject_id', reason: expect.stringContaining('names no subject') },
    });
    await kit.sync(register(2, 1, 1, 1));
    expect(await kit.troubles()).toEqual({});
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'P' });
  });

  it('waits for the program to list the subject', async () => {
    await kit.sync(register(3, 5, 1, 1), sheet(7, 3), line(12, 7, 1, 'present'));
    expect(await kit.troubles()).toMatchObject({ oec_sheet_7: 'failed: missing' });
    const subject = { ...studies[1]!, id: '5', code: 'S5' };
    await kit.sync(subject, program(1, { subject_ids: [1, 5] }));
    await kit.advance(6 * 60_000);
    expect(await kit.troubles()).toEqual({});
    expect(await marksIn(kit, 'oec_subj_5_course_1')).toEqual([{ 1: 'P' }]);
  });

  it('makes a session again that was deleted in Moodle, when something of it changes', async () => {
    const { moodle_id: id } = (await kit.mapping('oec_sheet_2'))!;
    teacherOf(kit.site().moodle).attendance.deleteSession(id!);
    await kit.sync(line(4, 2, 1, 'late'));
    expect((await marksIn(kit)).at(-1)).toEqual({ 1: 'L', 2: 'L' });
    expect(await kit.troubles()).toEqual({});
  });
});

describe('the session of a sheet', () => {
  it('is made in the only activity that there is, for everybody where that has no groups, by its own statuses', async () => {
    await using kit = await startKit(fromErp);
    await kit.sync(...studies);
    const room = classroom(kit);
    const { id } = room.addActivity('Roll call');
    await kit.sync(register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'));
    expect(await attendanceIn(kit)).toMatchObject([
      { name: 'Roll call', sessions: [{ group: '', marks: { 1: 'P' } }] },
    ]);
    const excused = room.teacher.attendance.statusId(id, 'E');
    room.teacher.attendance.deleteStatus(excused);
    await kit.sync(line(2, 1, 2, 'excused'), line(3, 1, 3, 'late'));
    expect(await marksIn(kit)).toEqual([{ 1: 'P', 3: 'L' }]);
    expect(await kit.troubles()).toEqual({ oec_sheet_1: 'failed: nostatus' });
    room.teacher.attendance.addStatus(id, { acronym: 'E', description: 'Excused', grade: 1 });
    await kit.advance(6 * 60_000);
    expect(await marksIn(kit)).toEqual([{ 1: 'P', 2: 'E', 3: 'L' }]);
  });

  it.each([
    ['mod_attendance_add_attendance', 'after'],
    ['mod_attendance_add_session', 'after'],
    [update, 'before'],
  ] as const)('is made once though the worker is killed at %s', async (name, when) => {
    await using kit = await startKit(fromErp);
    await kit.sync(...studies);
    const { interceptor, killed } = killAtFirst(kit, when, (call) => call.function === name);
    kit.site().moodle.intercept(interceptor);
    await kit.sync(register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'), line(2, 1, 2, 'absent'));
    expect(await killed()).toBe(true);
    await kit.advance(untilRedelivered);
    expect(await attendanceIn(kit)).toMatchObject([
      { name: 'Attendance', sessions: [{ description: 'oec_sheet_1', marks: { 1: 'P', 2: 'A' } }] },
    ]);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a line that was pulled', () => {
  it('goes to that very session when the ERP edits it, and nowhere while attendance is Moodle’s', async () => {
    await using kit = await startKit();
    await kit.sync(...studies);
    const room = classroom(kit);
    const { id } = room.addActivity();
    const taken = room.addSession(id);
    room.take(id, taken, { 1: 'P', 2: 'P' });
    await pullAttendance(kit);
    const first = (await wholeRecords(kit, 'op.attendance.line')).find((item) => item.student_id === 1)!;
    const edited = { ...first, present: false, excused: true, write_date: '2026-09-07 12:00:00' };
    expect(await kit.site().callsDuring(() => kit.sync(edited))).toEqual([]);
    expect(await kit.mapping(`oec_sheet_moodle_demo_session_${taken}`)).toBeUndefined();
    await kit.configure('demo', { sync_attendance_from: 'oec' });
    const calls = await kit.site().callsDuring(() => kit.sync({ ...edited, remark: 'ill' }));
    expect(writesOf(calls)).toEqual([update]);
    expect(await marksIn(kit)).toEqual([{ 1: 'E', 2: 'P' }]);
    expect(await kit.mapping(`oec_sheet_moodle_demo_session_${taken}`)).toMatchObject({
      status: 'synced',
      moodle_id: taken,
    });
  });
});

describe('an instance that cannot take attendance', () => {
  it('is told of where its plugin is missing', async () => {
    await using kit = await startKit({ ...fromErp, moodle: { attendance: 'missing' } });
    await kit.sync(...studies, register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'));
    expect(await kit.troubles()).toEqual({ oec_sheet_1: 'failed: noattendance' });
  });

  it('gets nothing while attendance is taken in Moodle only, and its sweep none either', async () => {
    await using kit = await startKit();
    await kit.sync(...studies, register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'));
    await kit.cloud.invoke('pull-planner', { pull: 'attendance' });
    await kit.settle();
    expect(await kit.mapping('oec_sheet_1')).toBeUndefined();
    expect(kit.cloud.logs('push-sweep').filter((entry) => entry.includes('attendance'))).toEqual([]);
    await kit.configure('demo', { sync_attendance_from: 'both' });
    await kit.cloud.invoke('pull-planner', { pull: 'attendance' });
    await kit.settle();
    expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
  });
});
