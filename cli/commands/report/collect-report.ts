import { awsError } from '#cli/connection/aws-error.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { stackQueues } from '#cli/connection/stack-queues.ts';
import { watchedInstances } from '#cli/instances/watched-instances.ts';
import type { Progress } from '#cli/output/progress.ts';
import { brakesOn } from '#shared/engine/brake.ts';
import { eachMapping } from '#shared/engine/each-mapping.ts';
import { isStale, secondsSinceSuccess } from '#shared/engine/staleness.ts';
import { hoursOfLastDay } from '#shared/store/hourly-metrics.ts';
import type { WatchedInstance } from '#shared/store/instance-states.ts';
import { queueDepth } from '#shared/store/queue-depth.ts';
import { MappingCounter } from './count-mappings.ts';
import { lastDay } from './last-day.ts';
import type { InstanceReport, LastDay, QueueReport, Report } from './report.ts';

/**
 * Reads all that the report tells; nothing is changed, and no Moodle is called.
 *
 * @param ids the instances to tell of; all of them where there is none
 * @throws OperatorError where one of them is not registered
 */
export async function collectReport(
  deployment: Deployment,
  ids: readonly string[],
  progress: Progress,
): Promise<Report> {
  const now = deployment.now();
  const { chosen, unreadable } = await watchedInstances(deployment, ids);
  const problems: string[] = [];
  const counted = { mappings: 0 };
  const reports: InstanceReport[] = [];
  for (const watched of chosen) {
    reports.push(
      await instanceReport(deployment, watched, now, () => {
        counted.mappings += 1;
        progress.update(counted.mappings, counted.mappings);
      }),
    );
  }
  const day = await lastDayOrProblem(deployment, now, problems);
  return {
    stack: deployment.stack,
    made_at: new Date(now).toISOString(),
    instances: reports,
    unreadable: unreadable.map(({ message }) => message),
    queues: await queueReports(deployment),
    ...(day && { last_day: day }),
    problems,
  };
}

async function instanceReport(
  { mappings, instances }: Deployment,
  { instance, state }: WatchedInstance,
  now: number,
  onMapping: () => void,
): Promise<InstanceReport> {
  const counter = new MappingCounter(new Date(hoursOfLastDay(now)[0]!).toISOString());
  for await (const mapping of eachMapping(instance.id, mappings, 'oec_')) {
    counter.add(mapping);
    onMapping();
  }
  const breaker = state.isBreakerOpen ? await instances.getBreaker(instance.id) : undefined;
  const { health, last_successful_sync } = state;
  return {
    id: instance.id,
    base_url: instance.base_url,
    status: instance.status,
    ...(health && { health }),
    ...(last_successful_sync !== undefined && { last_successful_sync }),
    seconds_since_success: secondsSinceSuccess(state, now),
    stale_after_hours: instance.stale_after_hours,
    // Nobody waits for an instance that is paused or disabled.
    stale: instance.status === 'active' && isStale(instance, state, now),
    ...(breaker?.opened_at !== undefined && {
      breaker: { opened_at: new Date(breaker.opened_at).toISOString(), code: breaker.code ?? '' },
    }),
    brakes_on:
      state.brakesOn > 0 ? (await brakesOn(instances, instance.id)).map(({ service }) => service) : [],
    ...counter.counts(),
  };
}

async function queueReports({ clients, outputs }: Deployment): Promise<QueueReport[]> {
  return Promise.all(
    stackQueues.map(async ({ name, output, isDeadLetter }) => ({
      name,
      is_dead_letter: isDeadLetter,
      ...(await queueDepth(clients.sqs, outputs[output])),
    })),
  );
}

/** Without the right to read CloudWatch the rest of the report is as good as ever. */
async function lastDayOrProblem(
  { clients }: Deployment,
  now: number,
  problems: string[],
): Promise<LastDay | undefined> {
  try {
    return await lastDay(clients.cloudwatch, now);
  } catch (error) {
    const known = awsError(error);
    if (!known) throw error;
    problems.push(`Calls and changes of the last day are not known. ${known.message} ${known.advice}`);
    return undefined;
  }
}
