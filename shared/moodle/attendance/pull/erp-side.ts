import { type AttendanceLine, latestOfEach } from '#shared/models/attendance-line.ts';
import { recordTarget } from '#shared/models/links.ts';
import { parseRecord } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { sheetIdnumber } from '#shared/models/references.ts';
import { type SheetState, sheetStateOf } from '#shared/moodle/attendance/state.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { pulledLineId, pulledRegisterId, pulledSheetId } from '#shared/moodle/pulls/pulled-ids.ts';
import type { KnownSessions } from './known-sessions.ts';
import { type PulledMark, type SheetKey, takenFields } from './records.ts';

/** A line as it is in the table. */
export interface KnownLine extends AttendanceLine {
  item: RecordItem;
}

/** What the ERP has of a session. */
export interface ErpSide {
  sheet: SheetKey;
  /** Whether the sheet was made from the session, and not the session for the sheet. */
  isPulled: boolean;
  /** What pushes know of the session; undefined where none was made. */
  mapping: Mapping | undefined;
  state: SheetState;
}

/**
 * Finds the sheet of each session: the ERP's own where the session was made for it, else the one that is made from
 * it. A session of which that cannot be told yet, because the push that made it is not through, is left out.
 */
export async function findSheets(
  sessions: AttendanceSession[],
  known: KnownSessions,
  { instance, mappings, records }: PullSession,
): Promise<Map<number, ErpSide>> {
  const marked = new Map(sessions.map((session) => [session.id, sheetIn(session)]));
  const pulledKey = (id: number) => sheetIdnumber(pulledSheetId(instance.id, id));
  const rows = await mappings.getMany(instance.id, [
    ...[...marked.values()].flatMap((sheet) => (sheet === undefined ? [] : [sheetIdnumber(sheet)])),
    ...(instance.sync_attendance_from === 'both' ? sessions.map(({ id }) => pulledKey(id)) : []),
  ]);
  const own = new Map<number, Mapping>();
  const unsettled = new Set<number>();
  for (const [id, sheet] of marked) {
    const row = sheet === undefined ? undefined : rows.get(sheetIdnumber(sheet));
    if (row?.moodle_id === id) own.set(id, row);
    else if (row && row.moodle_id === undefined) unsettled.add(id);
  }
  const sheetItems = await records.getMany(
    'op.attendance.sheet',
    [...own.values()].map(({ record_id: id }) => id),
  );
  const sides = new Map<number, ErpSide>();
  for (const session of sessions) {
    const { id } = session;
    if (unsettled.has(id)) continue;
    const mapping = own.get(id) ?? rows.get(pulledKey(id));
    const state = sheetStateOf(mapping?.extra_data);
    const item = sheetItems.get(own.get(id)?.record_id ?? '');
    const reading = item && parseRecord('op.attendance.sheet', item);
    if (reading?.ok) sides.set(id, { sheet: reading.record, isPulled: false, mapping, state });
    else if (!own.has(id)) sides.set(id, { sheet: pulledSheet(session), isPulled: true, mapping, state });
  }
  return sides;

  /** The id of the sheet whose mark a session bears. */
  function sheetIn(session: AttendanceSession): string | undefined {
    return /oec_sheet_(\d+)/.exec(session.description)?.[1] ?? known.of(session).sheet;
  }

  function pulledSheet(session: AttendanceSession): SheetKey {
    const registerId = pulledRegisterId(instance.id, session.attendanceid);
    return { id: pulledSheetId(instance.id, session.id), registerId, date: known.of(session).date };
  }
}

/**
 * The lines that the ERP has of students in a session, by the student's id. Where Moodle alone decides, lines that
 * were made from it need no look.
 */
export async function linesOf(
  session: AttendanceSession,
  { sheet, isPulled }: ErpSide,
  studentIds: string[],
  { instance, links, records }: PullSession,
): Promise<Map<string, KnownLine>> {
  if (isPulled && instance.sync_attendance_from !== 'both') return new Map();
  const ids = isPulled
    ? studentIds.map((studentId) => pulledLineId(instance.id, session.id, studentId))
    : await links.sources(recordTarget('op.attendance.sheet', sheet.id), 'op.attendance.line');
  const items = await records.getMany('op.attendance.line', ids);
  const lines = [...items.values()].flatMap((item): KnownLine[] => {
    const reading = parseRecord('op.attendance.line', item);
    return reading.ok && reading.record.sheetId === sheet.id ? [{ ...reading.record, item }] : [];
  });
  return latestOfEach(lines);
}

/** Has a line say what Moodle says, unless the ERP has written it since it was read. */
export function correctLine(
  { item }: KnownLine,
  session: Parameters<typeof takenFields>[0],
  mark: PulledMark,
  { pulled, instance }: PullSession,
): Promise<boolean> {
  const read = { name: 'write_date', value: item.write_date };
  return pulled.setFields(instance.id, item, takenFields(session, mark), read);
}
