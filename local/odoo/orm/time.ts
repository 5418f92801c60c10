import { pythonError } from '../odoo-exception.ts';

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
const datetimePattern = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A date as it is stored: what stands behind the day is cut. @throws OdooException for what is no date */
export function parseDate(value: unknown): string {
  const day = String(value).slice(0, 10);
  if (datePattern.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw pythonError('ValueError', `time data '${day}' does not match format '%Y-%m-%d'`);
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
