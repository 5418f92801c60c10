import { databaseError, pythonError } from '../odoo-exception.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
/** PostgreSQL knows these for dates, and Odoo falls over them afterwards. */
const words = new Set(['now', 'today', 'tomorrow', 'yesterday']);
const datetimePattern = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A date as it is stored: what stands behind the day is cut. @throws OdooException for what is no date */
export function parseDate(value: unknown): string {
  const day = String(value).slice(0, 10);
  if (words.has(day)) throw pythonError('ValueError', `time data '${day}' does not match format '%Y-%m-%d'`);
  if (!datePattern.test(day))
    throw databaseError('InvalidDatetimeFormat', `invalid input syntax for type date: "${day}"`);
  if (isInCalendar(day)) return day;
  throw databaseError('DatetimeFieldOverflow', `date/time field value out of range: "${day}"`);
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isInCalendar(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}

/** Milliseconds since 1970 of `2026-09-01 08:00:00`, which is UTC; parts of seconds are cut. @throws OdooException */
export function parseDatetime(value: unknown): number {
  const [, day, time = '00:00:00'] = datetimePattern.exec(String(value).slice(0, 19)) ?? [];
  const milliseconds = Date.parse(`${day}T${time}Z`);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw pythonError('ValueError', `time data '${value}' does not match format '%Y-%m-%d %H:%M:%S'`);
}

/** `2026-09-01 08:00:00`: Odoo shows no parts of seconds. */
export function formatDatetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
