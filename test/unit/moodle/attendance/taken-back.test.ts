import { beforeEach, describe, expect, it } from 'vitest';
import { type BrakeState, isBrakeOn, keepHeld, releaseBrake } from '#shared/sync/limits/brake.ts';
import { AttendanceKit } from './attendance-kit.ts';

let kit: AttendanceKit;
let activity: number;
/** Two sessions in which all three students were present, and which have been pulled. */
let sessions: [number, number];
/** What the six lines said then. */
let before: Record<string, string>;
beforeEach(async () => {
  kit = await AttendanceKit.start({ settings: { sync_attendance_from: 'moodle' } });
  activity = kit.addActivity();
  sessions = [addSession('2026-11-06'), addSession('2026-11-13')];
  for (const session of sessions) kit.take(session, all(of('P')));
  await kit.pull();
  before = kit.marks();
  return () => kit.push.moodle.stop();
});
const addSession = (day: string) => kit.addSession(activity, `${day}T09:00:00Z`);
const of = (acronym: string) => kit.attendance.statusId(activity, acronym);
const all = (status: number) => ({ 1: status, 2: status, 3: status });
/** No status: what is left of one that was cleared. */
const cleared = 0;
const brake = () => kit.brakes.get('marks')!;
const withdrawn = () => Object.values(kit.marks()).filter((said) => said === 'withdrawn').length;
function say(word: (state: BrakeState, until: number) => BrakeState): void {
  kit.brakes.set('marks', word(brake(), kit.push.clock.now() + 7_200_000));
}

describe('attendance that is taken back', () => {
  it('a few marks at a time is a teacher’s doing', async () => {
    kit.take(sessions[0], { 1: cleared, 2: cleared });
    await kit.pull();
    expect(withdrawn()).toBe(2);
    expect(brake()).toMatchObject({ holds: 4, count: 2 });
    // What was taken back is not again, whatever is remarked.
    kit.take(sessions[0], { 1: cleared, 3: of('L') });
    await kit.pull();
    expect(brake()).toMatchObject({ holds: 4, count: 2 });
  });

  const losses: [string, number, () => void][] = [
    [
      'statuses are cleared',
      4,
      () => {
        kit.take(sessions[0], all(cleared));
        kit.take(sessions[1], { 1: cleared });
      },
    ],
    [
      'a session is deleted and a status cleared',
      4,
      () => {
        kit.attendance.deleteSession(sessions[0]);
        kit.take(sessions[1], { 1: cleared });
      },
    ],
    [
      'a setting says of a status that OpenEduCat has no place for it',
      6,
      () => {
        const own = kit.push.instance.attendance_statuses;
        kit.configure({ attendance_statuses: { ...own, none: ['P'] } });
      },
    ],
  ];
  describe.each(losses)('unusually much at once, where %s', (_what, lost, lose) => {
    it('stops before the first, says what it would take, and goes on with what is given', async () => {
      lose();
      await kit.pull();
      expect(kit.marks()).toEqual(before);
      expect(isBrakeOn(brake())).toBe(true);
      expect(kit.counts.MarksHeld).toBe(lost);
      expect(kit.note).toMatchObject({ held: lost, marks: 6 });
      expect(kit.warnings).toEqual([
        expect.stringContaining('The brake is on'),
        expect.stringContaining('is not taken back'),
      ]);
      kit.take(sessions[1], { 3: of('L') });
      await kit.pull();
      expect(kit.line(sessions[1], 3)).toMatchObject({ late: true });
      expect(withdrawn()).toBe(0);
    });

    it('is taken back when the operator says that it is meant', async () => {
      lose();
      await kit.pull();
      say(releaseBrake);
      await kit.pull();
      expect(withdrawn()).toBe(lost);
      expect(brake()).toMatchObject({ holds: 6 - lost });
      expect(kit.note).not.toHaveProperty('held');
      await kit.pull();
      expect(kit.counts.CoursesUnchanged).toBe(1);
    });

    it('is left for good when the operator says that it stays', async () => {
      lose();
      await kit.pull();
      say(keepHeld);
      await kit.pull();
      expect(isBrakeOn(brake())).toBe(false);
      expect(kit.note).not.toHaveProperty('held');
      // Also once the word has run out, when the marks are compared again.
      await kit.push.advance(25 * 3_600_000);
      await kit.pull();
      expect(kit.marks()).toEqual(before);
      expect(isBrakeOn(brake())).toBe(false);
    });
  });

  it('is not asked about where a session was made again: the new marks take the place of the old', async () => {
    for (const session of sessions) kit.attendance.deleteSession(session);
    const again = [addSession('2026-11-07'), addSession('2026-11-14')];
    for (const session of again) kit.take(session, all(of('A')));
    await kit.pull();
    expect(withdrawn()).toBe(6);
    expect(brake()).toMatchObject({ holds: 6, count: 0 });
    // Only as many as there are: of two marks one is lost where one is given.
    for (const session of again) kit.attendance.deleteSession(session);
    kit.take(addSession('2026-11-21'), all(of('L')));
    await kit.pull();
    expect(withdrawn()).toBe(12);
    expect(brake()).toMatchObject({ holds: 3, count: 3 });
  });

  it('counts with the grades that the whole instance loses in an hour', async () => {
    kit.configure({ brake: { share: 0.1, minimum: 1 } });
    kit.take(sessions[0], { 1: cleared });
    await kit.pull();
    expect(withdrawn()).toBe(1);
    kit.take(sessions[0], { 2: cleared });
    await kit.pull();
    expect(withdrawn()).toBe(1);
    expect(isBrakeOn(brake())).toBe(true);
  });
});
