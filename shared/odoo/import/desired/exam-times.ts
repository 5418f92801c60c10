import { odooDateTime, secondsOf } from '#shared/models/fields/odoo-time.ts';
import type { ImportItem, Period } from '#shared/odoo/import/item.ts';
import { importKey } from '#shared/odoo/import/mapping.ts';
import type { ImportRun } from '#shared/odoo/import/run.ts';
import { idIn } from './values.ts';

/** How long an exam from Moodle lasts in the ERP, in seconds. */
const length = 60;

/**
 * The last free minute before a moment, on some days; where there is none, the first one after it.
 *
 * @param days from their first second to their last
 * @param taken what it must not overlap
 * @returns undefined where the days are full
 */
export function freeMinute(moment: number, days: Period, taken: readonly Period[]): Period | undefined {
  const overlapping = (end: number) =>
    taken.find((period) => period.start < end && period.end > end - length);
  const latest = Math.max(days.start + length, Math.min(moment, days.end));
  for (let end = latest; end - length >= days.start; ) {
    const other = overlapping(end);
    if (!other) return { start: end - length, end };
    end = other.start;
  }
  for (let end = latest; end <= days.end; ) {
    const other = overlapping(end);
    if (!other) return { start: end - length, end };
    end = other.end + length;
  }
  return undefined;
}

/** When an exam takes place, in Odoo's form. */
export type ExamTime = { start_time: string; end_time: string };

/**
 * When exams that are to be made take place in the ERP. In Moodle they are open for weeks and overlap, or are one moment.
 * OpenEduCat refuses an exam that overlaps another of its subject (since November 2024), or ends when it begins (since
 * May 2025); so each gets a minute of its own, whatever the release, and keeps the registrar off no other time.
 *
 * @returns the time of each; an exam whose session has no free minute is left out
 * @throws OdooError
 */
export async function examTimes(
  items: readonly ImportItem[],
  run: ImportRun,
): Promise<Map<ImportItem, ExamTime>> {
  const placed = items.flatMap((item) => {
    const days = run.parents.get(importKey(item.desired.parent!))?.days;
    return days ? [{ item, days, subject: Number(item.desired.fixed.subject_id) }] : [];
  });
  const times = new Map<ImportItem, ExamTime>();
  if (placed.length === 0) return times;
  const takenBy = await readTaken(placed, run);
  for (const { item, days, subject } of placed) {
    const taken = takenBy.get(subject) ?? [];
    const minute = freeMinute(secondsOf(item.desired.fixed.end_time)!, days, taken);
    if (!minute) continue;
    takenBy.set(subject, [...taken, minute]);
    times.set(item, { start_time: odooDateTime(minute.start), end_time: odooDateTime(minute.end) });
  }
  return times;
}

/** When the ERP has exams of the subjects already, by subject. */
async function readTaken(
  exams: readonly { days: Period; subject: number }[],
  run: ImportRun,
): Promise<Map<number, Period[]>> {
  const rows = await run.reader.read(
    'op.exam',
    [
      ['subject_id', 'in', [...new Set(exams.map(({ subject }) => subject))]],
      ['end_time', '>=', odooDateTime(Math.min(...exams.map(({ days }) => days.start)))],
      ['start_time', '<=', odooDateTime(Math.max(...exams.map(({ days }) => days.end)))],
    ],
    ['subject_id', 'start_time', 'end_time'],
  );
  const periods = rows.map(({ subject_id, start_time, end_time }) => ({
    subject: idIn(subject_id)!,
    start: secondsOf(start_time)!,
    end: secondsOf(end_time)!,
  }));
  return Map.groupBy(periods, ({ subject }) => subject);
}
