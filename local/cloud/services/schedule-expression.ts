import { ServiceError } from '../cloud-error.ts';

export type ScheduleExpression =
  | { readonly kind: 'at'; readonly time: number }
  | { readonly kind: 'rate'; readonly every: number }
  | { readonly kind: 'cron'; readonly next: (after: number) => number };

const minute = 60_000;
const unitMilliseconds: Readonly<Record<string, number>> = {
  minute,
  hour: 60 * minute,
  day: 24 * 60 * minute,
};

/**
 * @param text `at(2026-11-24T00:30:00)`, `rate(1 hour)` or `cron(5 0/4 * * ? *)`, in UTC
 * @returns time in milliseconds since 1970, or the interval in milliseconds, or when a cron falls due next; throws
 *   ValidationException, also for a cron that names days, which AWS knows and the embedded cloud does not
 */
export function scheduleExpression(text: string, timezone = 'UTC'): ScheduleExpression {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text)?.[1];
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text) ?? [];
  const [, minutes, hours] = /^cron\((\S+) (\S+) (?:\* \* \?|\* \* \*|\? \* \*) \*\)$/.exec(text) ?? [];
  if (!['UTC', 'Etc/UTC'].includes(timezone))
    throw new ServiceError('ValidationException', `Schedule timezone ${timezone} is not supported`);
  if (at && !Number.isNaN(Date.parse(`${at}Z`))) return { kind: 'at', time: Date.parse(`${at}Z`) };
  if (Number(count) > 0) return { kind: 'rate', every: Number(count) * (unitMilliseconds[unit ?? ''] ?? 0) };
  const inMinutes = cronField(minutes, 60);
  const inHours = cronField(hours, 24);
  if (inMinutes && inHours) return { kind: 'cron', next: (after) => nextOf(inMinutes, inHours, after) };
  throw new ServiceError('ValidationException', `Invalid Schedule Expression ${text}.`);
}

/** The values of a field such as `*`, `5`, `5,35` or `0/15`; undefined for any other text. */
function cronField(text: string | undefined, count: number): Set<number> | undefined {
  const all = Array.from({ length: count }, (_, value) => value);
  if (text === '*') return new Set(all);
  const [, from, step] = /^(\d+|\*)\/([1-9]\d*)$/.exec(text ?? '') ?? [];
  const start = from === '*' ? 0 : Number(from);
  if (step)
    return start < count
      ? new Set(all.filter((value) => value >= start && (value - start) % Number(step) === 0))
      : undefined;
  const values = /^\d+(,\d+)*$/.test(text ?? '') ? text!.split(',').map(Number) : [];
  return values.length > 0 && values.every((value) => value < count) ? new Set(values) : undefined;
}

function nextOf(minutes: Set<number>, hours: Set<number>, after: number): number {
  let time = (Math.floor(after / minute) + 1) * minute;
  // Ends within a day: both sets have a member.
  while (!minutes.has(new Date(time).getUTCMinutes()) || !hours.has(new Date(time).getUTCHours()))
    time += minute;
  return time;
}
