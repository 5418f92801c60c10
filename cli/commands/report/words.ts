import { wrapped } from '#cli/output/wrapped.ts';
import { driftWords } from '#shared/moodle/drift/words.ts';
import type { DriftGroup, FailureGroup, InstanceReport } from './report.ts';

/** A time, to the minute: `2026-09-01 08:05`. It is in UTC. */
export function minuteOf(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}

/** How long ago: `12 min`, `5 h`, `3 days`. */
export function ageOf(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** A count with its thousands apart: `12,345`. */
export function numberOf(count: number): string {
  return count.toLocaleString('en-GB');
}

/** How an instance fares, as names and values: the same in the terminal and on the page. */
export function factsOf(instance: InstanceReport): [name: string, value: string][] {
  const { health, last_successful_sync, compared_at, breaker, brakes_on } = instance;
  const age = ageOf(instance.seconds_since_success);
  return [
    ['address', instance.base_url],
    ['status', instance.status],
    ['health', health ? `${health.status}, checked ${minuteOf(health.checked_at)}` : 'not checked yet'],
    ['Moodle', health?.release ?? 'unknown'],
    ['last success', last_successful_sync ? `${minuteOf(last_successful_sync)}, ${age} ago` : 'none yet'],
    ['stale', instance.stale ? `yes: no success for more than ${instance.stale_after_hours} h` : 'no'],
    [
      'breaker',
      breaker ? `open since ${minuteOf(breaker.opened_at)} (${breaker.code}): it is not called` : 'closed',
    ],
    ['compared', compared_at ? minuteOf(compared_at) : 'not yet: it is done once a day'],
    ['brake', brakes_on.length > 0 ? `on for ${brakes_on.join(', ')}` : 'off'],
  ];
}

/** What becomes of what Moodle holds otherwise. */
export const driftActions: Record<DriftGroup['action'], string> = {
  push: 'is pushed again',
  keep: 'is kept (setting hand_changes)',
  conflict: 'is to be settled in Moodle (see `oec-moodle drift`)',
  hold: 'waits for `oec-moodle drift --repair`: unusually much is missing',
};

/** What Moodle holds otherwise, as rows: what, count, what becomes of it, examples. */
export function driftRows(groups: readonly DriftGroup[]): string[][] {
  return groups.map(({ kind, action, count, idnumbers }) => [
    driftWords[kind],
    numberOf(count),
    wrapped(driftActions[action]),
    idnumbers.join('\n'),
  ]);
}

/** Failures of one reason each, as rows: class, code, count, what to do, examples. */
export function failureRows(failures: readonly FailureGroup[]): string[][] {
  return failures.map(({ class: failureClass, code, count, advice, idnumbers }) => [
    failureClass,
    code,
    numberOf(count),
    wrapped(advice),
    idnumbers.join('\n'),
  ]);
}
