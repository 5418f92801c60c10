import { ServiceError } from './cloud-error.ts';

export type ScheduleExpression =
  | { readonly kind: 'at'; readonly time: number }
  | { readonly kind: 'rate'; readonly every: number };

const unitMilliseconds: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/**
 * @param text `at(2026-11-24T00:30:00)` or `rate(1 hour)`, in UTC
 * @returns time in milliseconds since 1970, or the interval in milliseconds; throws ValidationException, also for
 *   `cron(…)`, which AWS knows and the embedded cloud does not
 */
export function scheduleExpression(text: string, timezone = 'UTC'): ScheduleExpression {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text)?.[1];
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(text) ?? [];
  if (!['UTC', 'Etc/UTC'].includes(timezone))
    throw new ServiceError('ValidationException', `Schedule timezone ${timezone} is not supported`);
  if (at && !Number.isNaN(Date.parse(`${at}Z`))) return { kind: 'at', time: Date.parse(`${at}Z`) };
  if (Number(count) > 0) return { kind: 'rate', every: Number(count) * (unitMilliseconds[unit ?? ''] ?? 0) };
  throw new ServiceError('ValidationException', `Invalid Schedule Expression ${text}.`);
}
