import { describe, expect, it } from 'vitest';
import { type Kit, line, register, sheet, startKit } from '../kit.ts';
import {
  classroom,
  marks,
  marksIn,
  nine,
  pullAttendance,
  recordsOf,
  stamps,
  studies,
  ten,
  wholeRecords,
} from './attendance-course.ts';

const eight = '2026-09-07 08:00:00';

/** A sheet of the ERP's own whose student 1 was present, as the ERP wrote at the time given. */
async function startWithSheet(written = eight): Promise<Kit> {
  const kit = await startKit({ instances: [{ sync_attendance_from: 'both' }] });
  await kit.sync(...studies, register(1, 1, 1, 1), sheet(1, 1));
  await kit.sync(line(1, 1, 1, 'present', { write_date: written }));
  expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
  return kit;
}

/** Has a teacher mark students in the only session. */
function take(kit: Kit, said: Record<number, string>, at: number): void {
  const [session] = kit.site().moodle.siteState.attendance.sessions.all();
  classroom(kit).take(session!.attendanceid, session!.id, said, { at });
}

/** Nothing is written on either side, and no push has anything to look at, however often both directions are run. */
async function expectPeace(kit: Kit): Promise<void> {
  // What was decided is noted in the first round.
  await pullAttendance(kit);
  const before = await stamps(kit);
  for (let round = 0; round < 3; round += 1) {
    const calls = await kit.site().callsDuring(() => pullAttendance(kit));
    expect(calls.map((call) => call.function)).toEqual([
      'core_webservice_get_site_info',
      'mod_attendance_get_sessions',
    ]);
    expect(await stamps(kit)).toEqual(before);
  }
  expect(await kit.troubles()).toEqual({});
}

describe('attendance that is taken on both sides', () => {
  it('is Moodle’s where a teacher was later, in the ERP’s very line', async () => {
    await using kit = await startWithSheet();
    take(kit, { 1: 'A' }, nine.seconds);
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ 1: 'absent' });
    expect((await recordsOf(kit, 'op.attendance.line'))['1']).toMatchObject({
      id: '1',
      attendance_id: [1, 'Sheet 1'],
      student_id: [1, 'Student 1'],
      present: false,
      absent: true,
      write_date: nine.written,
      taken_at: nine.taken,
      connector_no_export: true,
    });
    await expectPeace(kit);
    expect(await marks(kit)).toEqual({ 1: 'absent' });
    expect(await marksIn(kit)).toEqual([{ 1: 'A' }]);
  });

  it.each([
    ['later', ten.written],
    ['at the same time', nine.written],
  ])('is the ERP’s where its line was written %s', async (_when, written) => {
    await using kit = await startWithSheet(written);
    take(kit, { 1: 'A' }, nine.seconds);
    await pullAttendance(kit);
    await pullAttendance(kit);
    expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
    expect(await marks(kit)).toEqual({ 1: 'present' });
    await expectPeace(kit);
    expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
    expect(await marks(kit)).toEqual({ 1: 'present' });
  });

  it('is decided in the same way where the push comes first', async () => {
    await using kit = await startWithSheet();
    take(kit, { 1: 'A' }, nine.seconds);
    await kit.sync(line(1, 1, 1, 'late', { write_date: '2026-09-07 08:59:59' }));
    expect(await marksIn(kit)).toEqual([{ 1: 'A' }]);
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ 1: 'absent' });
    await kit.sync(line(1, 1, 1, 'excused', { write_date: ten.written }));
    expect(await marksIn(kit)).toEqual([{ 1: 'E' }]);
    await expectPeace(kit);
    expect(await marksIn(kit)).toEqual([{ 1: 'E' }]);
    expect(await marks(kit)).toEqual({ 1: 'excused' });
  });

  it('brings back an edit that was older than what was pulled already', async () => {
    await using kit = await startWithSheet();
    take(kit, { 1: 'A' }, ten.seconds);
    await pullAttendance(kit);
    await kit.sync(line(1, 1, 1, 'late', { write_date: nine.written }));
    expect(await marksIn(kit)).toEqual([{ 1: 'A' }]);
    expect(await marks(kit)).toEqual({ 1: 'late' });
    await pullAttendance(kit);
    expect(await marks(kit)).toEqual({ 1: 'absent' });
    await expectPeace(kit);
  });

  it('takes an edit that follows another one for new, though pushing the first has moved Moodle’s time', async () => {
    await using kit = await startWithSheet();
    await kit.sync(line(1, 1, 1, 'late', { write_date: '2026-09-07 08:00:01' }));
    expect(await marksIn(kit)).toEqual([{ 1: 'L' }]);
    await kit.sync(line(1, 1, 1, 'present', { write_date: '2026-09-07 08:00:02' }));
    expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
    await expectPeace(kit);
    expect(await marks(kit)).toEqual({ 1: 'present' });
  });

  it('goes back to what it was, when the ERP says so after Moodle has won', async () => {
    await using kit = await startWithSheet();
    take(kit, { 1: 'A' }, nine.seconds);
    await pullAttendance(kit);
    await kit.sync(line(1, 1, 1, 'present', { write_date: ten.written }));
    expect(await marksIn(kit)).toEqual([{ 1: 'P' }]);
    await expectPeace(kit);
    expect(await marks(kit)).toEqual({ 1: 'present' });
  });

  it('adds who was marked in Moodle only to the ERP’s own sheet', async () => {
    await using kit = await startWithSheet();
    take(kit, { 2: 'L' }, nine.seconds);
    await pullAttendance(kit);
    const lines = await recordsOf(kit, 'op.attendance.line');
    const [id] = Object.keys(lines).filter((key) => key !== '1');
    expect(id).toMatch(/^moodle_demo_session_\d+_student_2$/);
    expect(lines[id!]).toMatchObject({ attendance_id: 1, register_id: 1, student_id: 2, late: true });
    expect(Object.keys(await recordsOf(kit, 'op.attendance.sheet'))).toEqual(['1']);
    await expectPeace(kit);
  });

  it('goes from a line that was pulled to that very session, and the pull that follows writes nothing', async () => {
    await using kit = await startKit({ instances: [{ sync_attendance_from: 'both' }] });
    await kit.sync(...studies);
    const room = classroom(kit);
    const { id } = room.addActivity();
    room.take(id, room.addSession(id), { 1: 'P', 2: 'P' });
    const pushed = kit.cloud.logs('push-worker').length;
    await pullAttendance(kit);
    await pullAttendance(kit);
    expect(kit.cloud.logs('push-worker')).toHaveLength(pushed);
    const first = (await wholeRecords(kit, 'op.attendance.line')).find((item) => item.student_id === 1)!;
    // The ERP copies both the flag and the stamp.
    await kit.sync({ ...first, present: false, excused: true, write_date: ten.written });
    expect(await marksIn(kit)).toEqual([{ 1: 'E', 2: 'P' }]);
    await expectPeace(kit);
    expect(Object.values(await marks(kit)).sort()).toEqual(['excused', 'present']);
  });

  it('stays as it is where a session was taken again with the same marks', async () => {
    await using kit = await startWithSheet();
    await pullAttendance(kit);
    take(kit, { 1: 'P' }, nine.seconds);
    await expectPeace(kit);
  });
});
