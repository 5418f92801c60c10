import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoodleSettings } from '#local/moodle/settings.ts';
import { isWrite, type Kit, program, startKit, student, subject } from '../kit.ts';
import { meeting } from '../reliability/support.ts';
import {
  classroom,
  course,
  marks,
  nine,
  pullAttendance,
  pullCounts,
  recordsOf,
  stamps,
  studies,
  ten,
} from './attendance-course.ts';

const day = 24 * 3_600_000;

async function startWithStudies(moodle: Partial<MoodleSettings> = {}): Promise<Kit> {
  const kit = await startKit({ moodle });
  await kit.sync(...studies);
  return kit;
}

describe('attendance that was taken in Moodle', () => {
  let kit: Kit;
  let room: ReturnType<typeof classroom>;
  let activity: number;
  let cmid: number;
  let session: number;
  beforeAll(async () => {
    kit = await startWithStudies();
    room = classroom(kit);
    ({ id: activity, cmid } = room.addActivity('Attendance in lectures'));
    session = room.addSession(activity);
  });
  afterAll(() => kit.stop());
  const lineId = (studentId: number) => `moodle_demo_session_${session}_student_${studentId}`;

  it('is nothing before it was taken', async () => {
    await pullAttendance(kit);
    expect(await stamps(kit)).toEqual([]);
  });

  it('becomes a register, a sheet and a line for each student who was marked', async () => {
    room.take(activity, session, { 1: 'P', 2: 'L' }, { remarks: 'came by train' });
    await pullAttendance(kit);
    const registerId = `moodle_demo_attendance_${activity}`;
    const sheetId = `moodle_demo_session_${session}`;
    const origin = { connector_no_export: true, instance: 'demo' };
    expect(await recordsOf(kit, 'op.attendance.register')).toEqual({
      [registerId]: {
        id: registerId,
        name: 'Attendance in le',
        code: `MAT${activity}-2a97`,
        course_id: 1,
        batch_id: false,
        subject_id: 1,
        active: true,
        ...origin,
      },
    });
    expect(await recordsOf(kit, 'op.attendance.sheet')).toEqual({
      [sheetId]: {
        id: sheetId,
        register_id: registerId,
        session_id: false,
        attendance_date: '2026-09-07',
        course_id: 1,
        batch_id: false,
        faculty_id: false,
        state: 'done',
        active: true,
        ...origin,
      },
    });
    const line = {
      attendance_id: sheetId,
      present: false,
      absent: false,
      excused: false,
      late: false,
      remark: 'came by train',
      withdrawn: false,
      attendance_date: '2026-09-07',
      course_id: 1,
      batch_id: false,
      register_id: registerId,
      write_date: nine.written,
      taken_at: nine.taken,
      ...origin,
    };
    expect(await recordsOf(kit, 'op.attendance.line')).toEqual({
      [lineId(1)]: { ...line, id: lineId(1), student_id: 1, present: true, moodle_status: 'P' },
      [lineId(2)]: { ...line, id: lineId(2), student_id: 2, late: true, moodle_status: 'L' },
    });
  });

  it('costs one call of the course and no write while it stays as it is', async () => {
    const before = await stamps(kit);
    const counted = pullCounts(kit).CoursesUnchanged ?? 0;
    const calls = await kit.site().callsDuring(() => pullAttendance(kit));
    expect(calls.map((call) => call.function)).toEqual([
      'core_webservice_get_site_info',
      'mod_attendance_get_sessions',
    ]);
    expect(await stamps(kit)).toEqual(before);
    expect(pullCounts(kit).CoursesUnchanged).toBe(counted + 1);
  });

  it('is written where it has changed, and only there', async () => {
    const before = await stamps(kit);
    room.take(activity, session, { 1: 'P', 2: 'E' }, { at: ten.seconds, remarks: 'came by train' });
    await pullAttendance(kit);
    const after = await stamps(kit);
    expect(after.filter((stamp) => !before.includes(stamp))).toEqual([
      expect.stringContaining(`${lineId(2)} `),
    ]);
    expect((await recordsOf(kit, 'op.attendance.line'))[lineId(2)]).toMatchObject({
      late: false,
      excused: true,
      write_date: ten.written,
      taken_at: ten.taken,
    });
  });

  it('is withdrawn where the status was taken back, and never becomes an absence', async () => {
    room.take(activity, session, { 2: undefined }, { remarks: 'who was that?' });
    room.take(activity, session, { 3: undefined }, { remarks: 'a remark, and never a status' });
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ [lineId(1)]: 'present', [lineId(2)]: 'withdrawn' });
    expect((await recordsOf(kit, 'op.attendance.line'))[lineId(2)]).toMatchObject({
      present: false,
      absent: false,
      excused: false,
      late: false,
      remark: 'who was that?',
      moodle_status: false,
    });
    room.take(activity, session, { 2: 'A' });
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ [lineId(1)]: 'present', [lineId(2)]: 'absent' });
  });

  it('is skipped and counted where OpenEduCat has no place for the status', async () => {
    const online = room.teacher.attendance.addStatus(activity, {
      acronym: 'O',
      description: 'Online',
      grade: 1,
    });
    room.teacher.attendance.take(session, [{ userid: room.userid(1), statusid: online }]);
    const counted = pullCounts(kit).ValuesSkipped ?? 0;
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ [lineId(1)]: 'present', [lineId(2)]: 'absent' });
    expect(pullCounts(kit).ValuesSkipped).toBe(counted + 1);
  });

  it('of a group lies in the same register', async () => {
    const { groups } = kit.site().moodle.siteState;
    const groupid = groups.find('course', room.id).find(({ idnumber }) => idnumber === 'oec_batch_1')!.id;
    const ofGroup = room.addSession(activity, { groupid, sessdate: nine.seconds + 2 * 86_400 });
    room.take(activity, ofGroup, { 3: 'P' });
    await pullAttendance(kit);
    expect(Object.keys(await recordsOf(kit, 'op.attendance.register'))).toHaveLength(1);
    expect(
      (await recordsOf(kit, 'op.attendance.line'))[`moodle_demo_session_${ofGroup}_student_3`],
    ).toMatchObject({ present: true, attendance_date: '2026-09-09', batch_id: false });
  });

  it('stays when the student is unenrolled', async () => {
    const before = await marks(kit);
    const { enrolments } = kit.site().moodle.siteState;
    for (const { id, userid } of enrolments.find('course', room.id))
      if (userid === room.userid(3)) enrolments.delete(id);
    room.take(activity, session, { 1: 'A' });
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ ...before, [lineId(1)]: 'absent' });
  });

  it('is withdrawn with its session, and stays when the activity or the course is deleted', async () => {
    const ofOthers = Object.entries(await marks(kit)).filter(([id]) => !id.includes(`_session_${session}_`));
    const before = { ...Object.fromEntries(ofOthers), [lineId(1)]: 'withdrawn', [lineId(2)]: 'withdrawn' };
    room.teacher.attendance.deleteSession(session);
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual(before);
    room.teacher.activities.delete(cmid);
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual(before);
    room.addActivity();
    await kit.advance(day);
    await pullAttendance(kit);
    room.teacher.deleteCourse(room.id);
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual(before);
    expect(pullCounts(kit).PullsRefused).toBe(1);
  });
});

describe('a pull of attendance', () => {
  it('goes on with the other courses where Moodle refuses one', async () => {
    await using kit = await startWithStudies();
    await kit.sync(program(1, { subject_ids: [1, 2] }), subject(2));
    const rooms = [course, 'oec_subj_2_course_1'].map((idnumber) => classroom(kit, idnumber));
    for (const room of rooms) {
      const { id } = room.addActivity();
      room.take(id, room.addSession(id), { 1: 'P' });
    }
    rooms[0]!.teacher.deleteCourse(rooms[0]!.id);
    await pullAttendance(kit);
    expect(Object.values(await marks(kit))).toEqual(['present']);
    expect(pullCounts(kit)).toMatchObject({ RecordsPulled: 1, PullsRefused: 1 });
  });

  it('asks nothing of courses without an activity for a day', async () => {
    await using kit = await startWithStudies();
    await pullAttendance(kit);
    expect(await kit.site().callsDuring(() => pullAttendance(kit))).toEqual([]);
    const room = classroom(kit);
    const { id } = room.addActivity();
    room.take(id, room.addSession(id), { 1: 'A' });
    await kit.advance(day);
    await pullAttendance(kit);
    expect(Object.values(await marks(kit))).toEqual(['absent']);
  });

  it('leaves attendance alone where the plugin is missing', async () => {
    await using kit = await startWithStudies({ attendance: 'missing' });
    const calls = await kit.site().callsDuring(() => pullAttendance(kit));
    expect(calls.map((call) => call.function)).toEqual(['core_webservice_get_site_info']);
    expect(pullCounts(kit)).toEqual({});
  });

  it('takes the functions by their older names', async () => {
    await using kit = await startWithStudies({ attendance: 'mod_wsattendance' });
    const room = classroom(kit);
    const { id } = room.addActivity();
    room.take(id, room.addSession(id), { 1: 'P' });
    await pullAttendance(kit);
    expect(Object.values(await marks(kit))).toEqual(['present']);
  });

  it('is not made where attendance is taken in OpenEduCat', async () => {
    await using kit = await startKit({ instances: [{ sync_attendance_from: 'oec' }] });
    await kit.sync(...studies);
    expect(await kit.site().callsDuring(() => pullAttendance(kit))).toEqual([]);
  });

  it('writes each mark once where it overlaps with another', async () => {
    await using kit = await startWithStudies();
    const room = classroom(kit);
    const { id } = room.addActivity();
    room.take(id, room.addSession(id), { 1: 'P', 2: 'A', 3: 'E' });
    kit.site().moodle.intercept(meeting('mod_attendance_get_sessions', 2));
    const calls = await kit.site().callsDuring(async () => {
      await Promise.all([pullAttendance(kit), pullAttendance(kit)]);
    });
    expect(calls.filter((call) => call.function === 'mod_attendance_get_sessions')).toHaveLength(2);
    expect(pullCounts(kit).RecordsPulled).toBe(3);
    expect(Object.values(await marks(kit)).sort()).toEqual(['absent', 'excused', 'present']);
  });

  it('writes nothing in Moodle, and what it writes is not pushed', async () => {
    await using kit = await startWithStudies();
    await kit.sync(student(1));
    const room = classroom(kit);
    const { id } = room.addActivity();
    room.take(id, room.addSession(id), { 1: 'P' });
    const before = kit.cloud.logs('push-worker').length;
    const calls = await kit.site().callsDuring(() => pullAttendance(kit));
    expect(Object.values(await marks(kit))).toEqual(['present']);
    expect(calls.filter(isWrite)).toEqual([]);
    expect(kit.cloud.logs('push-worker')).toHaveLength(before);
  });
});
