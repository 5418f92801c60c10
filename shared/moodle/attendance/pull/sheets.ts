import { pulledSheetId } from '#shared/models/fields/pulled-attendance-ids.ts';
import { dayOf } from '#shared/models/fields/school-day.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { PullRow } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import type { KnownLine } from './erp-side.ts';
import type { SessionMemory } from './marks.ts';
import { takenFields } from './records.ts';

const [sheetModel, lineModel] = ['op.attendance.sheet', 'op.attendance.line'] as const;

/** What is remembered of each session, by the row's key, which ends with the session's id. */
export type Remembered = ReadonlyMap<string, SessionMemory>;

/**
 * Has the sheet of a session that was moved follow it to its day, and its lines with it; not where the ERP has closed the
 * sheet, nor where it has put it on a day of its own.
 *
 * @param memory notes the day on which the session is now
 * @returns whether it has moved
 */
export async function followSession(
  { id, sessdate }: AttendanceSession,
  memory: SessionMemory,
  pull: PullSession,
): Promise<boolean> {
  const { instance, records, pulled } = pull;
  const day = dayOf(sessdate, instance.time_zone);
  if (memory.date === day || memory.sheet !== undefined) return false;
  const sheetId = pulledSheetId(instance.id, id);
  const sheet = (await records.getMany(sheetModel, [sheetId])).get(sheetId);
  if (sheet && isClosed(sheet)) return false;
  const before = { name: 'attendance_date', value: memory.date };
  memory.date = day;
  if (sheet?.attendance_date !== before.value) return true;
  // The sheet last: until then a worker that comes after one that has died does all of it again.
  for (const record of [...(await linesOn(sheetId, pull)), sheet])
    await pulled.setFields(instance.id, record, { attendance_date: day }, before);
  return true;
}

function isClosed({ state, active }: RecordItem): boolean {
  return state === 'cancel' || active === false;
}

/** A session that Moodle has no more: its row, and the lines that say what was taken in it. */
export interface GoneSession {
  row: PullRow;
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
  remembered: Remembered,
  sessions: readonly AttendanceSession[],
  pull: PullSession,
): Promise<GoneSession[]> {
  const { instance } = pull;
  const there = new Set(sessions.map(({ id }) => id));
  const goingOn = new Set(sessions.map(({ attendanceid }) => attendanceid));
  const gone: GoneSession[] = [];
  for (const [key, memory] of remembered) {
    const id = Number(key.slice(key.lastIndexOf('/') + 1));
    const isMade = memory.sheet === undefined && Object.keys(memory.marks).length > 0;
    if (there.has(id) || !isMade || !goingOn.has(memory.attendanceid)) continue;
    const lines = (await linesOn(pulledSheetId(instance.id, id), pull)).flatMap((item): KnownLine[] => {
      const reading = parseRecord('op.attendance.line', item);
      if (!reading.ok || item.withdrawn === true) return [];
      const isMoodles = reading.record.isAsPulled || instance.sync_attendance_from === 'moodle';
      return isMoodles ? [{ ...reading.record, item }] : [];
    });
    const { attendanceid } = memory;
    gone.push({ row: { key, values: { ...memory, marks: {} } }, lines, attendanceid });
  }
  return gone;
}

/** Takes back lines of sessions that are gone, as if each status had been taken back. @returns how many */
export async function withdraw(
  lines: readonly KnownLine[],
  { instance, pulled, clock }: PullSession,
): Promise<number> {
  const now = Math.floor(clock.now() / 1000);
  const fields = takenFields({ lasttaken: now, timemodified: now }, { acronym: undefined, remark: '' });
  let withdrawn = 0;
  for (const { item } of lines) {
    const read = { name: 'write_date', value: item.write_date };
    withdrawn += Number(await pulled.setFields(instance.id, item, fields, read));
  }
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
