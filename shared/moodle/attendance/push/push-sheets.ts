import { type Sheet, sheetStateOf } from '#shared/moodle/attendance/state.ts';
import { failureIn } from '#shared/moodle/failures.ts';
import { type AttendanceFunction, attendanceFunctionName } from '#shared/moodle/functions/attendance.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem, PushResult } from '#shared/moodle/push/push-service.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { AttendancePlaces, goneFromMoodle, makeClaimed, NotNow } from './place.ts';
import { noteOnSheet, pushMarks, type SheetPlace } from './push-marks.ts';

const needed: AttendanceFunction[] = ['get_sessions', 'update_user_status', 'add_attendance', 'add_session'];

/**
 * Brings sheets to Moodle: finds or makes all their sessions first, so that an activity with many of them is read
 * twice and not once for each, then sends the marks.
 */
export async function pushAttendance(
  context: PushContext,
  items: PushItem<Sheet>[],
): Promise<Map<string, PushResult>> {
  const results = new Map<string, PushResult>();
  const note = ({ entity }: PushItem, result: PushResult) => results.set(entity.idnumber, result);
  const hasMarks = ({ entity }: PushItem<Sheet>) => Object.keys(entity.fields.marks).length > 0;
  // Nothing is taken away: a sheet that has lost its last mark is as it should be.
  for (const item of items) if (!hasMarks(item)) note(item, { result: 'updated' });
  const marked = items.filter(hasMarks);
  const asked = await guarded(context, () => askSite(context));
  if ('failed' in asked) {
    for (const item of marked) note(item, asked.failed);
    return results;
  }
  const places = new AttendancePlaces(context, asked.done.functions);
  const found: SheetPlace[] = [];
  for (const item of marked) {
    const place = await guarded(context, () => placeOf(context, item, places));
    if ('failed' in place) note(item, place.failed);
    else found.push(place.done);
  }
  for (const place of found) {
    const pushed = await guarded(context, () => pushMarks(context, place, asked.done, places));
    note(place.item, 'done' in pushed ? pushed.done : { ...pushed.failed, moodleId: place.sessionid });
  }
  return results;
}

/** Does something unless the instance is known to be away; what Moodle refuses becomes a result. */
async function guarded<T>(
  context: PushContext,
  work: () => Promise<T>,
): Promise<{ done: T } | { failed: PushResult }> {
  if (context.failure) return { failed: { result: 'failed', failure: context.failure } };
  try {
    return { done: await work() };
  } catch (error) {
    if (error instanceof NotNow) {
      const { failure, forget } = error;
      return { failed: failure ? { result: 'failed', failure, forget } : { result: 'overtaken' } };
    }
    return { failed: { result: 'failed', failure: failureIn(context, error) } };
  }
}

/** @throws NotNow where the site cannot take attendance */
async function askSite({ client }: PushContext): Promise<SiteInfo> {
  const site = await getSiteInfo(client);
  const missing = needed.find((name) => attendanceFunctionName(name, site.functions) === undefined);
  if (missing === undefined) return site;
  const failure: Failure = {
    class: 'refused',
    code: 'noattendance',
    reason: `Moodle does not offer mod_attendance_${missing}.`,
    advice:
      'Install the plugin mod_attendance and add its functions to the external service (docs/moodle-setup.md, 4).',
  };
  throw new NotNow(failure);
}

/** Finds the session of a sheet: the one in its mapping, else the one that bears its mark, else makes it. */
async function placeOf(
  context: PushContext,
  item: PushItem<Sheet>,
  places: AttendancePlaces,
): Promise<SheetPlace> {
  const { entity, mapping, unmet } = item;
  const fields = entity.fields;
  const lacking = unmet.get(fields.course);
  if (lacking) throw new NotNow(lacking);
  if (fields.pulledFrom) {
    const { attendanceid, sessionid } = fields.pulledFrom;
    const isThere = (await places.sessionsOf(attendanceid))?.some(({ id }) => id === sessionid);
    if (!isThere) throw goneFromMoodle(`attendance context ${sessionid}`);
    return { item, attendanceid, sessionid, isNew: false };
  }
  const attendanceid = await places.activityOf(fields.course);
  const sessions = (await places.sessionsOf(attendanceid)) ?? [];
  const found =
    sessions.find(({ id }) => id === mapping.moodle_id) ??
    sessions.find(({ description }) => isMarked(description, entity.idnumber));
  if (found) return { item, attendanceid, sessionid: found.id, isNew: false };
  return { item, attendanceid, sessionid: await make(context, item, attendanceid, places), isNew: true };
}

/** Whether a description holds a sheet's idnumber: `oec_sheet_1` is not in `oec_sheet_12`. */
function isMarked(description: string, idnumber: string): boolean {
  return description.match(/oec_sheet_\d+/g)?.includes(idnumber) ?? false;
}

/** Makes the session of a sheet. */
async function make(
  context: PushContext,
  item: PushItem<Sheet>,
  attendanceid: number,
  places: AttendancePlaces,
): Promise<number> {
  const { entity, mapping, unmet } = item;
  const fields = entity.fields;
  // A session cannot be given to a group later.
  const lacking = unmet.get(fields.group);
  if (lacking) throw new NotNow(lacking);
  // What is known of a session that was deleted is not true of the new one.
  const blank = { marks: {}, left: [], sending: undefined, own: undefined };
  return makeClaimed(
    sheetStateOf(mapping.extra_data),
    context.clock.now(),
    (claim) => noteOnSheet(context, item, claim.claimed_until ? { ...blank, ...claim } : claim),
    () => places.addSession(attendanceid, entity.idnumber, fields),
  );
}
