import { type AttendanceAcronym, fieldOf } from '#shared/models/fields/attendance-acronym.ts';
import {
  type Sheet,
  type SheetFields,
  type SheetState,
  sheetStateOf,
  takenByTeachers,
} from '#shared/moodle/attendance/state.ts';
import { meaningsIn, type StatusMeaning } from '#shared/moodle/attendance/statuses.ts';
import { failureIn } from '#shared/moodle/failures.ts';
import { type AttendanceSession, updateAttendanceStatus } from '#shared/moodle/functions/attendance.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { claimFrom, isClaimed } from '#shared/sync/units/claim.ts';
import { type DesiredMark, decideMarks, type ObservedMarks } from './decision.ts';
import { type AttendancePlaces, goneFromMoodle, NotNow, noteOnCourse } from './place.ts';

/** A sheet's session in Moodle. */
export interface SheetPlace {
  item: PushItem<Sheet>;
  attendanceid: number;
  sessionid: number;
  isNew: boolean;
}

/** A mark with the Moodle ids it is made with. */
interface Sendable extends DesiredMark {
  studentid: number;
  statusid: number;
}

/** Notes something on the mapping of a sheet. @returns false where another worker has written it since */
export async function noteOnSheet(
  context: PushContext,
  item: PushItem<Sheet>,
  changes: Partial<SheetState>,
): Promise<boolean> {
  const mapping = await currentMapping(context, item);
  // Without a hash until all is done: what is made by halves is not what the hash of before stands for.
  return context.view.save({
    ...mapping,
    extra_data: { ...mapping.extra_data, ...changes },
    sync_hash: undefined,
  });
}

/** Sends those of a sheet's marks that Moodle does not hold and that count. */
export async function pushMarks(
  context: PushContext,
  place: SheetPlace,
  site: SiteInfo,
  places: AttendancePlaces,
): Promise<PushResult> {
  const { item, sessionid: moodleId } = place;
  const fields = item.entity.fields;
  const { clock, instance } = context;
  const there = await sessionAt(place, places);
  const users = await usersOf(context, Object.keys(fields.marks));
  const meanings = meaningsIn(there, instance.attendance_statuses);
  const observed = observedMarks(there, meanings, users);
  const state = sheetStateOf((await currentMapping(context, item)).extra_data);
  const direction = instance.sync_attendance_from === 'both' ? 'both' : 'oec';
  const desired = desiredMarks(fields, users);
  const { send, left } = decideMarks(direction, desired, observed, state, context.force);
  const { sendable, failure: obstacle } = sortOut(send, there, meanings, users);
  const takenBefore = takenByTeachers(observed.lastTaken, state);
  if (sendable.length > 0 || left.length > 0) {
    if (!place.isNew && isClaimed(state, clock.now())) throw new NotNow();
    const marks = Object.fromEntries(sendable.map(({ student, acronym }) => [student, acronym]));
    const sending = sendable.length > 0 ? { marks, takenBefore } : undefined;
    const claimed_until = claimFrom(clock.now());
    if (!(await noteOnSheet(context, item, { sending, left, claimed_until }))) throw new NotNow();
  }
  if (left.length > 0) await tellPull(context, fields.course);
  const { sent, failure: refusal } = await sendAll(context, there, site, sendable);
  const isDone = refusal === undefined;
  const mayBeOwn = isDone && (sendable.length > 0 || state.sending !== undefined);
  const own = mayBeOwn ? await ownTaking() : state.own;
  const extraData = {
    ...(await currentMapping(context, item)).extra_data,
    marks: { ...state.marks, ...sent },
    left,
    own,
    claimed_until: undefined,
    ...(isDone && { sending: undefined }),
  };
  const [unmet] = item.unmet.values();
  const failure = refusal ?? obstacle ?? unmet;
  if (failure) return { result: 'failed', failure, moodleId, extraData };
  const result = item.mapping.last_synced_at === undefined ? 'created' : 'updated';
  return { result, moodleId, extraData };

  /** What sending has made of `lasttaken`; undefined where a teacher took the session meanwhile. */
  async function ownTaking() {
    if (direction === 'oec') return undefined;
    if (sendable.length > 0) places.forget(place.attendanceid);
    const after = observedMarks(await sessionAt(place, places), meanings, users);
    const expected = new Map<string, string>([...observed.marks, ...Object.entries(sent)]);
    const isOurs = [...expected].every(([student, acronym]) => after.marks.get(student) === acronym);
    return isOurs ? { lastTaken: after.lastTaken, takenBefore } : undefined;
  }
}

async function sessionAt(
  { attendanceid, sessionid }: SheetPlace,
  places: AttendancePlaces,
): Promise<AttendanceSession> {
  const session = (await places.sessionsOf(attendanceid))?.find(({ id }) => id === sessionid);
  if (!session) throw goneFromMoodle(`attendance session ${sessionid}`);
  return session;
}

async function currentMapping({ view }: PushContext, { entity, mapping }: PushItem<Sheet>): Promise<Mapping> {
  return (await view.mapping(entity.idnumber)) ?? mapping;
}

/** Moodle ids of the students' accounts, by idnumber; those without one are left out. */
async function usersOf({ view }: PushContext, students: string[]): Promise<Map<string, number>> {
  const mappings = await view.mappings(students);
  return new Map(
    [...mappings].flatMap(([idnumber, { moodle_id: id }]) =>
      id === undefined ? [] : [[idnumber, id] as const],
    ),
  );
}

function desiredMarks({ marks, writtenAt }: SheetFields, users: Map<string, number>): DesiredMark[] {
  return Object.entries(marks)
    .filter(([student]) => users.has(student))
    .map(([student, acronym]) => ({ student, acronym, writtenAt: writtenAt[student] }));
}

function observedMarks(
  session: AttendanceSession,
  meanings: ReadonlyMap<number, StatusMeaning>,
  users: Map<string, number>,
): ObservedMarks {
  const logs = new Map(session.attendance_log.map((log) => [log.studentid, log.statusid]));
  const marks: ObservedMarks['marks'] = new Map();
  for (const [student, userid] of users) {
    const statusid = logs.get(userid) ?? null;
    if (statusid === null) continue;
    const meaning = meanings.get(statusid) ?? 'none';
    marks.set(student, meaning === 'none' ? 'other' : meaning);
  }
  return { marks, lastTaken: session.lasttaken };
}

/**
 * Finds the status and the account of each mark. Moodle stores whatever it is given: a status has to be one of the
 * session's own set, and a student one of those who should be there.
 */
function sortOut(
  marks: DesiredMark[],
  session: AttendanceSession,
  meanings: ReadonlyMap<number, StatusMeaning>,
  users: Map<string, number>,
): { sendable: Sendable[]; failure: Failure | undefined } {
  // Of several that mean the same, the one with most points: Moodle lists it first.
  const statuses = new Map([...meanings].toReversed().map(([id, meaning]) => [meaning, id]));
  const present = new Set(session.users.map(({ id }) => id));
  const strangers: string[] = [];
  const unknown = new Set<AttendanceAcronym>();
  const sendable: Sendable[] = [];
  for (const mark of marks) {
    const studentid = users.get(mark.student)!;
    const statusid = statuses.get(mark.acronym);
    if (!present.has(studentid)) strangers.push(mark.student);
    else if (statusid === undefined) unknown.add(mark.acronym);
    else sendable.push({ ...mark, studentid, statusid });
  }
  return { sendable, failure: failureOfRest(strangers, [...unknown]) };
}

function failureOfRest(strangers: string[], unknown: AttendanceAcronym[]): Failure | undefined {
  if (strangers.length > 0) {
    return {
      class: 'dependency',
      code: 'notinsession',
      reason: `Not in the course or group that the session in Moodle is for: ${strangers.join(', ')}.`,
      advice: 'Enrol them, or take them off the sheet; it is tried again by itself.',
    };
  }
  if (unknown.length === 0) return undefined;
  return {
    class: 'refused',
    code: 'nostatus',
    reason: `The session in Moodle has no status of which it can be told that it means ${unknown.map(fieldOf).join(', ')}.`,
    advice:
      'Add one to the status set in Moodle, or say which it is with the setting attendance_statuses of the instance; ' +
      'it is tried again by itself.',
  };
}

/** Marks one after another. One that is refused does not stop the others. */
async function sendAll(
  context: PushContext,
  { id: sessionid, statusset: set }: AttendanceSession,
  { functions, userid: takenbyid }: SiteInfo,
  marks: Sendable[],
): Promise<{ sent: Record<string, string>; failure: Failure | undefined }> {
  const statusset = String(set);
  const sent: Record<string, string> = {};
  let failure: Failure | undefined;
  for (const { student, acronym, studentid, statusid } of marks) {
    try {
      const mark = { sessionid, studentid, takenbyid, statusid, statusset };
      await updateAttendanceStatus(context.client, functions, mark);
      sent[student] = acronym;
    } catch (error) {
      const met = failureIn(context, error);
      failure ??= met;
      if (context.failure) break;
    }
  }
  return { sent, failure };
}

/** More collisions than a course has by chance. */
const mostTries = 10;

/** Has the next pull look at a course of which it knows nothing new. */
async function tellPull({ view, clock }: PushContext, course: string): Promise<void> {
  const left_at = new Date(clock.now()).toISOString();
  for (let tries = 0; tries < mostTries; tries += 1)
    if (await noteOnCourse(view, course, { left_at })) return;
  throw new NotNow();
}
