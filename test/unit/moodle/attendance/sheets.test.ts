import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { AttendanceKit, course } from './attendance-kit.ts';

let kit: AttendanceKit;
let activity: number;
/** A session on 6 November, in which 1 was absent and 2 present, and which has been pulled. */
let session: number;
let of: (acronym: string) => number;
beforeAll(async () => {
  kit = await AttendanceKit.start();
});
afterAll(() => kit.push.moodle.stop());
beforeEach(async () => {
  kit.configure({ time_zone: 'UTC', sync_attendance_from: 'moodle' });
  activity = kit.addActivity();
  of = (acronym) => kit.attendance.statusId(activity, acronym);
  session = kit.addSession(activity, '2026-11-06T09:00:00Z');
  kit.take(session, { 1: of('A'), 2: of('P') });
  // The list of activities is made anew each day.
  await kit.push.advance(24 * 3_600_000);
  await kit.pull();
});
const move = (time: string) => kit.attendance.changeSession(session, { sessdate: Date.parse(time) / 1000 });
const said = (sessionid: number) =>
  Object.fromEntries(Object.entries(kit.marks()).filter(([key]) => key.startsWith(`${sessionid}/`)));

describe('a session that is moved', () => {
  it('to another day takes its sheet and its lines with it', async () => {
    expect(kit.sheet(session)?.attendance_date).toBe('2026-11-06');
    move('2026-11-09T09:00:00Z');
    await kit.pull();
    expect(kit.sheet(session)?.attendance_date).toBe('2026-11-09');
    expect(kit.line(session, 1)).toMatchObject({ attendance_date: '2026-11-09', absent: true });
    kit.take(session, { 3: of('L') });
    await kit.pull();
    expect(kit.line(session, 3)).toMatchObject({ attendance_date: '2026-11-09', late: true });
  });

  it('within its day moves nothing, and to another one by the school’s clock only', async () => {
    move('2026-11-06T23:30:00Z');
    await kit.pull();
    expect(kit.sheet(session)?.attendance_date).toBe('2026-11-06');
    kit.configure({ time_zone: 'Pacific/Auckland' });
    await kit.pull();
    expect(kit.sheet(session)?.attendance_date).toBe('2026-11-07');
  });

  it.each([
    ['the ERP has closed', { state: 'cancel' }, '2026-11-06'],
    ['the ERP has archived', { active: false }, '2026-11-06'],
    ['the ERP has put on a day of its own', { attendance_date: '2026-11-05' }, '2026-11-05'],
  ])('leaves a sheet that %s where it is', async (_what, edit, day) => {
    Object.assign(kit.sheet(session)!, edit);
    move('2026-11-09T09:00:00Z');
    await kit.pull();
    expect(kit.sheet(session)?.attendance_date).toBe(day);
  });

  it('back and forth, and where a worker dies in between, ends on its day', async () => {
    move('2026-11-09T09:00:00Z');
    const put = kit.pulled.setFields.bind(kit.pulled);
    kit.pulled.setFields = async (instance, key, ...rest) => {
      if (key.model === 'op.attendance.sheet') throw new Error('the worker has died');
      return put(instance, key, ...rest);
    };
    await expect(kit.pull()).rejects.toThrow('died');
    kit.pulled.setFields = put;
    await kit.pull();
    expect([kit.sheet(session), kit.line(session, 1)]).toMatchObject([
      { attendance_date: '2026-11-09' },
      { attendance_date: '2026-11-09' },
    ]);
  });
});

describe('a session that is deleted', () => {
  it('and made again leaves nobody absent and present', async () => {
    kit.attendance.deleteSession(session);
    const again = kit.addSession(activity, '2026-11-06T09:00:00Z');
    kit.take(again, { 1: of('P'), 2: of('P') });
    await kit.pull();
    expect(said(session)).toEqual({ [`${session}/1`]: 'withdrawn', [`${session}/2`]: 'withdrawn' });
    expect(said(again)).toEqual({ [`${again}/1`]: 'present', [`${again}/2`]: 'present' });
    const counted = kit.counts.RecordsPulled;
    kit.take(again, { 3: of('E') });
    await kit.pull();
    // What was taken back once is not again.
    expect(kit.counts.RecordsPulled).toBe(counted! + 1);
  });

  it('takes back nothing where its activity has none left, or is gone: that was emptied', async () => {
    kit.attendance.deleteSession(session);
    await kit.pull();
    expect(said(session)).toEqual({ [`${session}/1`]: 'absent', [`${session}/2`]: 'present' });
    const { siteState } = kit.push.moodle;
    const teacher = teacherOf(kit.push.moodle);
    const other = kit.addActivity();
    kit.addSession(other);
    const { id } = siteState.courses.find('idnumber', course)[0]!;
    const module = siteState.activities.modules
      .find('course', id)
      .find(({ modname, instance }) => modname === 'attendance' && instance === activity)!;
    teacher.activities.delete(module.id);
    await kit.pull();
    expect(said(session)).toEqual({ [`${session}/1`]: 'absent', [`${session}/2`]: 'present' });
  });

  it('takes back no line that the ERP has edited where attendance is taken on both sides', async () => {
    kit.configure({ sync_attendance_from: 'both' });
    Object.assign(kit.line(session, 1)!, { absent: false, excused: true, write_date: '2026-11-07 08:00:00' });
    kit.addSession(activity);
    kit.attendance.deleteSession(session);
    await kit.pull();
    expect(said(session)).toEqual({ [`${session}/1`]: 'excused', [`${session}/2`]: 'withdrawn' });
  });
});
