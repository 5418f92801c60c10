import { type HourlyValues, hourMilliseconds } from '#shared/store/tables/hourly-metrics.ts';
import { failed, ok, type Said, unknown, warning } from './check.ts';

/** When a function is started. */
export interface Schedule {
  name: string;
  /** It is started at least as often, in hours; undefined where it only runs when there is something to do. */
  runsWithin?: number;
}

/**
 * What the runs of a function in the last day say about it.
 *
 * @param invocations,errors by the hour
 * @param now,deployedAt milliseconds since 1970
 */
export function judgeRuns(
  { name, runsWithin }: Schedule,
  invocations: HourlyValues,
  errors: HourlyValues,
  { now, deployedAt }: { now: number; deployedAt: number },
): Said {
  const failures = sum(errors);
  const successes = [...invocations].filter(([hour, count]) => count > (errors.get(hour) ?? 0));
  const log = `The log of ${name} says why, at level ERROR. What it works on is tried again (docs/operations.md).`;
  if (failures > 0) {
    const times = `${failures} of ${sum(invocations)} times in the last day`;
    return successes.length === 0
      ? failed(`${name} has failed ${times}.`, log)
      : warning(`${name} has failed ${times}.`, log);
  }
  const last = Math.max(...successes.map(([hour]) => hour));
  // An hour is known by its beginning only, so a run may have been at its end.
  const isOverdue =
    runsWithin !== undefined &&
    now - Math.max(last + hourMilliseconds, deployedAt) > runsWithin * hourMilliseconds;
  if (isOverdue) {
    return failed(
      `${name} has not run for more than ${runsWithin} hours.`,
      'Look for its schedules in EventBridge Scheduler and for messages in ScheduleFailures, and deploy the stack again.',
    );
  }
  if (successes.length > 0) {
    const hour = new Date(last).toISOString().slice(11, 16);
    return ok(`${name} ran last in the hour from ${hour} UTC; it has not failed in the last day.`);
  }
  return runsWithin === undefined
    ? ok(`${name} had nothing to do in the last day.`)
    : unknown(`${name} has not run yet: the stack is new. Its first run comes by itself.`);
}

function sum(values: HourlyValues): number {
  return [...values.values()].reduce((all, one) => all + one, 0);
}
