import { isTimeZone } from '#shared/models/fields/school-day.ts';

/** The time zone of this machine, which is mostly the school's: its operator sits there. UTC where it has none. */
export function ownTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return isTimeZone(timeZone) ? timeZone : 'UTC';
}
