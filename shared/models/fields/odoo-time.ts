/** Odoo's texts for times: in UTC, without a zone. */
const pattern = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d+)?$/;

/** `2026-09-01 08:00:00`, as Odoo writes a `write_date`. @param seconds since 1970 */
export function odooDateTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** Whole seconds since 1970; undefined for anything that is no time of Odoo's. */
export function secondsOf(odooTime: unknown): number | undefined {
  const [, date, time] = (typeof odooTime === 'string' && pattern.exec(odooTime.trim())) || [];
  const milliseconds = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}

/** The later of two times of Odoo's. Whatever is no time counts as none. */
export function laterOf(one: unknown, other: unknown): string | undefined {
  const [first, second] = [secondsOf(one), secondsOf(other)];
  if (first === undefined) return second === undefined ? undefined : odooDateTime(second);
  return odooDateTime(second === undefined ? first : Math.max(first, second));
}

/** Whether a time is later than another; false where one of them is no time of Odoo's. */
export function isLater(one: unknown, other: unknown): boolean {
  const [first, second] = [secondsOf(one), secondsOf(other)];
  return first !== undefined && second !== undefined && first > second;
}
