import { describe, expect, it } from 'vitest';
import { judgeRuns } from '#cli/commands/doctor/functions.ts';

const hour = 3_600_000;
const now = Date.parse('2026-09-02T12:30:00Z');
/** Counts by the hour, the key being how many hours ago it began. */
const ago = (counts: Record<number, number>) =>
  new Map(Object.entries(counts).map(([hours, count]) => [now - (now % hour) - Number(hours) * hour, count]));

describe('judgeRuns', () => {
  const runs = (
    runsWithin: number | undefined,
    invocations: Record<number, number>,
    errors: Record<number, number> = {},
    deployedHoursAgo = 1000,
  ) => {
    const schedule = { name: 'it', ...(runsWithin !== undefined && { runsWithin }) };
    const deployedAt = now - deployedHoursAgo * hour;
    const { level, message } = judgeRuns(schedule, ago(invocations), ago(errors), { now, deployedAt });
    return `${level}: ${message}`;
  };

  it.each([
    [
      'ok: it ran last in the hour from 10:00 UTC; it has not failed in the last day.',
      runs(2, { 5: 4, 2: 1 }),
    ],
    ['failed: it has not run for more than 2 hours.', runs(2, { 5: 4 })],
    ['failed: it has not run for more than 24 hours.', runs(24, {})],
    ['unknown: it has not run yet: the stack is new. Its first run comes by itself.', runs(2, {}, {}, 1.9)],
    ['failed: it has not run for more than 2 hours.', runs(2, {}, {}, 2.1)],
    ['ok: it had nothing to do in the last day.', runs(undefined, {})],
    ['warning: it has failed 2 of 7 times in the last day.', runs(undefined, { 3: 5, 1: 2 }, { 3: 0, 1: 2 })],
    ['failed: it has failed 2 of 2 times in the last day.', runs(undefined, { 1: 2 }, { 1: 2 })],
  ])('%s', (expected, said) => {
    expect(said).toBe(expected);
  });
});
