import { describe, expect, it } from 'vitest';
import { statusFindings } from '#shared/moodle/attendance/status-findings.ts';
import { AttendanceKit } from './attendance-kit.ts';

/** Statuses as the plugin stores them on a site in another language: letter, description and points, in its order. */
const languages = {
  Portuguese: [
    ['P', 'Presente', 2],
    ['F', 'Faltou', 0],
    ['A', 'Atrasado', 1],
    ['D', 'Dispensado', 1],
  ],
  German: [
    ['A', 'Anwesend', 2],
    ['F', 'Fehlend', 0],
    ['V', 'Verspätet', 1],
    ['E', 'Entschuldigt', 1],
  ],
  Russian: [
    ['П', 'Присутствовал', 2],
    ['Н', 'Не был', 0],
    ['О', 'Опоздал', 1],
    ['У', 'Уважительная причина', 1],
  ],
  // None of these words is known: the points tell who was there and who was not.
  Klingon: [
    ['t', 'taH', 2],
    ['b', 'taHbe', 0],
    ['p', 'paS', 1],
    ['m', 'meq', 1],
  ],
} as const;

/** An activity with these statuses. @returns its id, and the ids of the statuses in the order of the list */
function activityWith(kit: AttendanceKit, statuses: (typeof languages)[keyof typeof languages]) {
  const activity = kit.addActivity();
  const ids = ['P', 'A', 'L', 'E'].map((acronym) => kit.attendance.statusId(activity, acronym));
  for (const [index, [acronym, description, grade]] of statuses.entries())
    kit.attendance.changeStatus(ids[index]!, { acronym, description, grade });
  return { activity, ids: ids as [number, number, number, number] };
}

describe('attendance in another language', () => {
  it.each(['Portuguese', 'German', 'Russian'] as const)('in %s says what it says there', async (language) => {
    await using kit = await AttendanceKit.start();
    const { activity, ids } = activityWith(kit, languages[language]);
    const [first, second] = [kit.addSession(activity), kit.addSession(activity)];
    const [present, absent, late, excused] = ids;
    kit.take(first, { 1: late, 2: absent, 3: present });
    kit.take(second, { 1: excused });
    await kit.pull();
    expect(kit.marks()).toEqual({
      [`${first}/1`]: 'late',
      [`${first}/2`]: 'absent',
      [`${first}/3`]: 'present',
      [`${second}/1`]: 'excused',
    });
    expect(kit.counts.ValuesSkipped).toBeUndefined();
  });

  it('that nobody knows is told by points, and left out and counted where they tell nothing', async () => {
    await using kit = await AttendanceKit.start();
    const { activity, ids } = activityWith(kit, languages.Klingon);
    const session = kit.addSession(activity);
    const [present, absent, late] = ids;
    kit.take(session, { 1: late, 2: absent, 3: present });
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${session}/2`]: 'absent', [`${session}/3`]: 'present' });
    expect(kit.counts.ValuesSkipped).toBe(1);
    const found = () => statusFindings(kit.push.instance, kit.states, kit.push.clock.now());
    expect(await found()).toMatchObject([
      {
        code: 'unknown-attendance-status',
        severity: 'warning',
        message: expect.stringContaining('“paS” (p)'),
        advice: expect.stringContaining("instance set demo 'attendance_statuses.present=paS'"),
      },
    ]);
    kit.configure({ attendance_statuses: { ...kit.push.instance.attendance_statuses, late: ['pas'] } });
    // What the instance says now needs no pull to be believed.
    expect(await found()).toEqual([]);
    await kit.pull();
    expect(kit.marks()).toMatchObject({ [`${session}/1`]: 'late' });
  });

  it('is no longer reported once its activity was not seen for two days', async () => {
    await using kit = await AttendanceKit.start();
    const { activity, ids } = activityWith(kit, languages.Klingon);
    kit.take(kit.addSession(activity), { 1: ids[3] });
    await kit.pull();
    const found = () => statusFindings(kit.push.instance, kit.states, kit.push.clock.now());
    expect(await found()).toHaveLength(1);
    await kit.push.advance(3 * 24 * 3_600_000);
    expect(await found()).toEqual([]);
  });
});

describe('a status', () => {
  it('that was hidden or deleted after use still counts, also when its marks come later', async () => {
    await using kit = await AttendanceKit.start();
    const activity = kit.addActivity();
    const session = kit.addSession(activity);
    const of = (acronym: string) => kit.attendance.statusId(activity, acronym);
    const [late, excused] = [of('L'), of('E')];
    await kit.pull();
    kit.take(session, { 1: late, 2: excused, 3: of('P') });
    kit.attendance.changeStatus(late, { visible: false });
    kit.attendance.deleteStatus(excused);
    await kit.pull();
    expect(kit.marks()).toEqual({
      [`${session}/1`]: 'late',
      [`${session}/2`]: 'excused',
      [`${session}/3`]: 'present',
    });
  });

  it('that was hidden before anybody looked is told by its id in the setting', async () => {
    await using kit = await AttendanceKit.start();
    const activity = kit.addActivity();
    const session = kit.addSession(activity);
    const late = kit.attendance.statusId(activity, 'L');
    kit.take(session, { 1: late });
    kit.attendance.changeStatus(late, { visible: false });
    await kit.pull();
    expect(kit.marks()).toEqual({});
    kit.configure({ attendance_statuses: { ...kit.push.instance.attendance_statuses, late: [`#${late}`] } });
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${session}/1`]: 'late' });
  });

  it('that OpenEduCat has no place for takes back what was there before', async () => {
    await using kit = await AttendanceKit.start();
    const activity = kit.addActivity();
    const session = kit.addSession(activity);
    const online = kit.attendance.addStatus(activity, { acronym: 'O', description: 'Online', grade: 1 });
    kit.take(session, { 1: kit.attendance.statusId(activity, 'P') });
    await kit.pull();
    kit.take(session, { 1: online });
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${session}/1`]: 'present' });
    kit.configure({ attendance_statuses: { ...kit.push.instance.attendance_statuses, none: ['Online'] } });
    await kit.pull();
    expect(kit.marks()).toEqual({ [`${session}/1`]: 'withdrawn' });
  });
});
