import { describe, expect, it } from 'vitest';
import { releases } from '#local/moodle/settings.ts';
import { getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { line, register, sheet } from '#test/integration/records.ts';
import { AttendanceKit } from './attendance-kit.ts';

const fromErp = { sync_attendance_from: 'oec' };

/** What Moodle holds of an activity: the time of each session, and by student the description of the status. */
async function held(kit: AttendanceKit, attendanceid: number) {
  const { client } = kit.push.site;
  const { functions } = await getSiteInfo(client);
  const sessions = await getAttendanceSessions(client, functions, attendanceid);
  const students = new Map(
    [1, 2, 3].map((id) => [kit.push.mapping(`oec_student_${id}`)?.moodle_id, id] as const),
  );
  return sessions.map(({ sessdate, statuses, attendance_log: log }) => ({
    time: new Date(sessdate * 1000).toISOString(),
    marks: Object.fromEntries(
      log.map(({ studentid, statusid }) => [
        students.get(studentid),
        statuses.find(({ id }) => id === statusid)?.description,
      ]),
    ),
  }));
}

describe('attendance of the ERP', () => {
  it.each(Object.entries(releases))('arrives in Moodle %s', async (_release, moodle) => {
    await using kit = await AttendanceKit.start({ settings: fromErp, moodle });
    const activity = kit.addActivity();
    await kit.push.sync(register(1, 1, 1, 1), sheet(1, 1), line(1, 1, 1, 'present'), line(2, 1, 2, 'late'));
    expect(kit.push.troubles()).toEqual({});
    expect(await held(kit, activity)).toMatchObject([{ marks: { 1: 'Present', 2: 'Late' } }]);
  });

  it('is marked with what a status means, and a letter that means another thing is none', async () => {
    await using kit = await AttendanceKit.start({ settings: fromErp });
    const activity = kit.addActivity();
    const words = { P: 'Presente', A: 'Faltou', L: 'Atrasado', E: 'Online' };
    const letters = { P: 'P', A: 'F', L: 'A', E: 'E' };
    for (const acronym of ['P', 'A', 'L', 'E'] as const)
      kit.attendance.changeStatus(kit.attendance.statusId(activity, acronym), {
        acronym: letters[acronym],
        description: words[acronym],
      });
    await kit.push.sync(
      ...[register(1, 1, 1, 1), sheet(1, 1)],
      ...[line(1, 1, 1, 'late'), line(2, 1, 2, 'absent'), line(3, 1, 3, 'excused')],
    );
    expect(await held(kit, activity)).toMatchObject([{ marks: { 1: 'Atrasado', 2: 'Faltou' } }]);
    expect(kit.push.troubles()).toEqual({ oec_sheet_1: 'failed: nostatus' });
  });

  it('without a lecture is at noon of the school’s day', async () => {
    await using kit = await AttendanceKit.start({ settings: { ...fromErp, time_zone: 'America/Bogota' } });
    const activity = kit.addActivity();
    await kit.push.sync(
      register(1, 1, 1, 1),
      sheet(1, 1, { attendance_date: '2026-09-07' }),
      line(1, 1, 1, 'present'),
    );
    expect(await held(kit, activity)).toMatchObject([{ time: '2026-09-07T17:00:00.000Z' }]);
  });
});
