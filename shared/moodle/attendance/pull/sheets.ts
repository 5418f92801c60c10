import { dayOf } from '#shared/models/fields/school-day.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { pulledSheetId } from '#shared/moodle/pulls/pulled-ids.ts';
import { correctLine, type KnownLine } from './erp-side.ts';
import type { KnownSessions } from './known-sessions.ts';

const [sheetModel, lineModel] = ['op.attendance.sheet', 'op.attendance.line'] as const;

/**
 * Has the sheet of a session that was moved follow it to its day, and its lines with it; not where the ERP has closed the
 * sheet, nor where it has put it on a day of its own.
 */
export async function followSession(
  session: AttendanceSession,
  known: KnownSessions,
  pull: PullSession,
): Promise<void> {
  const { instance, records, pulled } = pull;
  const memory = known.of(session);
  const day = dayOf(session.sessdate, instance.time_zone);
  if (memory.date === day || memory.sheet !== undefined) return;
  const sheetId = pulledSheetId(instance.id, session.id);
  const sheet = (await records.getMany(sheetModel, [sheetId])).get(sheetId);
  if (sheet && isClosed(sheet)) return;
  known.set(session.id, { ...memory, date: day });
  if (sheet?.attendance_date !== memory.date) return;
  const before = { name: 'attendance_date', value: memory.date };
  // The sheet last: until then a worker that comes after one that has died does all of it again.
  for (const record of [...(await linesOn(sheetId, pull)), sheet])
    await pulled.setFields(instance.id, record, { attendance_date: day }, before);
}

function isClosed({ state, active }: RecordItem): boolean {
  return state === 'cancel' || active === false;
}

/** A session that Moodle has no more, and the lines that say what was taken in it. */
export interface GoneSession {
  id: number;
  lines: KnownLine[];
  /** The activity that it was in. */
  attendanceid: number;
}

/**
 * Finds the sessions that a teacher has deleted in an activity that goes on, such as one that was made again: what was
 * pulled of them would say a second thing beside it. An activity that is gone, or has no session left, was emptied: that
 * takes back nothing. Nor is what the ERP has edited Moodle's to take back where attendance is taken on both sides.
 */
export async function goneSessions(
  known: KnownSessions,
  sessions: readonly AttendanceSession[],
  pull: PullSession,
): Promise<GoneSession[]> {
  const { instance } = pull;
  const there = new Set(sessions.map(({ id }) => id));
  const goingOn = new Set(sessions.map(({ attendanceid }) => attendanceid));
  const gone: GoneSession[] = [];
  for (const [id, { sheet, marks, attendanceid }] of known.all()) {
    const isMade = sheet === undefined && Object.keys(marks).length > 0;
    if (there.has(id) || !isMade || !goingOn.has(attendanceid)) continue;
    const lines = (await linesOn(pulledSheetId(instance.id, id), pull)).flatMap((item): KnownLine[] => {
      const reading = parseRecord('op.attendance.line', item);
      if (!reading.ok || item.withdrawn === true) return [];
      const isMoodles = reading.record.isAsPulled || instance.sync_attendance_from === 'moodle';
      return isMoodles ? [{ ...reading.record, item }] : [];
    });
    gone.push({ id, lines, attendanceid });
  }
  return gone;
}

/** Takes back lines of sessions that are gone, as if each status had been taken back. @returns how many */
export async function withdraw(lines: readonly KnownLine[], pull: PullSession): Promise<number> {
  const now = Math.floor(pull.clock.now() / 1000);
  const session = { lasttaken: now, timemodified: now };
  let withdrawn = 0;
  for (const line of lines)
    withdrawn += Number(await correctLine(line, session, { acronym: undefined, remark: '' }, pull));
  return withdrawn;
}

/** The lines on a sheet that were made from Moodle. */
async function linesOn(sheetId: string, { links, records }: PullSession): Promise<RecordItem[]> {
  const ids = await links.sources(recordTarget(sheetModel, sheetId), lineModel);
  const items = await records.getMany(
    lineModel,
    ids.filter((id) => id.startsWith('moodle_')),
  );
  return [...items.values()];
}
