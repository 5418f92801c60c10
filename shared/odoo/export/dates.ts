import { odooDateTime, secondsOf } from '#shared/models/fields/odoo-time.ts';
import type { ModelState } from './model-state.ts';

/**
 * How far before the watermark is read again, in seconds. A record carries the time at which its transaction began,
 * and is seen when that commits: an import of a thousand students takes minutes. A request may last 120 s in an Odoo as
 * it comes, and what a university raises that to is rarely more than this. What takes longer is found by the hourly
 * comparison.
 */
export const overlapSeconds = 15 * 60;

/** The later of two dates of the ERP. Whatever is no date counts as none. */
export function laterOf(one: unknown, other: unknown): string | undefined {
  const [first, second] = [secondsOf(one), secondsOf(other)];
  if (first === undefined) return second === undefined ? undefined : odooDateTime(second);
  return odooDateTime(second === undefined ? first : Math.max(first, second));
}

/** A date of the ERP, some seconds later. */
function later(date: string, seconds: number): string | undefined {
  const start = secondsOf(date);
  return start === undefined ? undefined : odooDateTime(start + seconds);
}

/**
 * The date from which on the next reading of changes reads; undefined for everything. For the length of the overlap
 * after the watermark has moved, the overlap is read again. How much time has passed our own clock says: it need not
 * agree with the ERP's for that. After that only what is later is read, so that a large import is not read for ever:
 * from the next second on, since Odoo keeps parts of seconds and does not show them.
 *
 * @param now milliseconds since 1970
 */
export function readFrom({ watermark, moved_at }: ModelState, now: number): string | undefined {
  if (watermark === undefined) return undefined;
  const isSettled = moved_at !== undefined && now - Date.parse(moved_at) > overlapSeconds * 1000;
  return later(watermark, isSettled ? 1 : -overlapSeconds);
}

/** The state with the watermark moved to a date, and no reading under way. @param now milliseconds since 1970 */
export function movedTo(state: ModelState, date: string | undefined, now: number): ModelState {
  const { pass, ...rest } = state;
  if (date === undefined || date === state.watermark) return pass ? rest : state;
  return { ...rest, watermark: date, moved_at: new Date(now).toISOString() };
}
