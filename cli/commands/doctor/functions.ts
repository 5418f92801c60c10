import { paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { Deployment } from '#cli/connection/deployment.ts';
import { type HourlyValues, hourlyMetrics, hourMilliseconds } from '#shared/store/tables/hourly-metrics.ts';
import { failed, ok, type Said, unknown, warning } from './check.ts';

/** When a function is started. */
export interface Schedule {
  name: string;
  /** It is started at least as often, in hours; undefined where it only runs when there is something to do. */
  runsWithin?: number;
}

const functions: readonly Schedule[] = [
  { name: 'record-stream' },
  { name: 'push-worker' },
  { name: 'push-sweep', runsWithin: 24 },
  { name: 'pull-planner', runsWithin: 24 },
  { name: 'pull-worker' },
  // Its schedule starts it each hour, whosever turn it is.
  { name: 'drift', runsWithin: 24 },
  // Each 15 minutes, whatever is configured.
  { name: 'health-check', runsWithin: 2 },
  { name: 'erp-export', runsWithin: 24 },
  { name: 'erp-stream' },
  { name: 'erp-import', runsWithin: 24 },
];

/** When each function ran last without an error, and whether it failed in the last day. */
export async function checkFunctions(deployment: Deployment): Promise<Said[]> {
  const names = await functionNames(deployment);
  const { now, deployedAt, clients, erp } = deployment;
  const ofStack = functions.filter(({ name }) => erp || !name.startsWith('erp-'));
  const wanted = ofStack.flatMap(({ name }) =>
    (['Invocations', 'Errors'] as const).map((metric) => ({
      namespace: 'AWS/Lambda',
      name: metric,
      dimensions: { FunctionName: names.get(name) ?? '' },
      statistic: 'Sum' as const,
    })),
  );
  const values = await hourlyMetrics(clients.cloudwatch, wanted, now());
  return ofStack.map((one, index) =>
    names.has(one.name)
      ? judgeRuns(one, values[2 * index]!, values[2 * index + 1]!, { now: now(), deployedAt })
      : failed(`The stack has no function ${one.name}.`, 'Deploy it again with `npm run deploy`.'),
  );
}

/** What Lambda calls the functions. Their logical ids are their names in Pascal case, to which the CDK adds a hash. */
async function functionNames({ clients, stack }: Deployment): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const pages = paginateListStackResources({ client: clients.cloudformation }, { StackName: stack });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { ResourceType, LogicalResourceId = '', PhysicalResourceId } of StackResourceSummaries) {
      if (ResourceType !== 'AWS::Lambda::Function' || !PhysicalResourceId) continue;
      const id = LogicalResourceId.toLowerCase();
      const known = functions.find(({ name }) => id.startsWith(name.replace('-', '')));
      if (known) names.set(known.name, PhysicalResourceId);
    }
  }
  return names;
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
