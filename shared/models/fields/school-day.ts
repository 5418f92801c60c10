import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';

/*
 * A day is the school's. Moodle and Odoo keep moments; which day a moment belongs to, and which moment a day, the time
 * zone of the instance or of the ERP tells.
 */

/**
 * A time zone by its IANA name, such as `America/Bogota`. A mere offset is refused: it is wrong for half of the year
 * wherever clocks change.
 */
export const timeZone = z
  .string()
  .refine(isTimeZone, 'an IANA time zone such as Europe/Madrid or America/Bogota');

/** Making a formatter takes longer than reading all else of an instance, and a worker reads its instance all the time. */
const knownZones = new Set<string>();

/** Whether this is the name of a time zone that the runtime knows. */
export function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    knownZones.add(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The day, `2026-09-01`, on which a moment is at the school. @param seconds since 1970 @param zone IANA name */
export function dayOf(seconds: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
}

/** The first second of a day at the school, which is not midnight everywhere; seconds since 1970. */
export function startOfDay(day: string, zone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds / 1000;
}

/** The last second of a day at the school; seconds since 1970. */
export function endOfDay(day: string, zone: string): number {
  return startOfDay(Temporal.PlainDate.from(day).add({ days: 1 }).toString(), zone) - 1;
}

/**
 * The moment that stands for a day of which no time is known, in seconds since 1970: noon, which is on that day also for
 * whoever looks at it from some hours further east or west.
 *
 * @param day `2026-09-01`
 * @param zone IANA name
 */
export function noonOf(day: string, zone: string): number {
  const noon = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: '12:00' });
  return noon.epochMilliseconds / 1000;
}

/** The day so many days before another one. @param day `2026-09-01` */
export function daysBefore(day: string, days: number): string {
  return Temporal.PlainDate.from(day).subtract({ days }).toString();
}
