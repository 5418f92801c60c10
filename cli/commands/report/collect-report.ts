import { failureStatuses } from '#cli/commands/failures/moodle-failures.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { knownError } from '#cli/connection/known-error.ts';
import { stackQueues } from '#cli/connection/stack-queues.ts';
import { collectErp } from '#cli/erp/collect-erp.ts';
import { watchedInstances } from '#cli/instances.ts';
import { serviceNames } from '#shared/models/services.ts';
import { brakesOn } from '#shared/moodle/brakes.ts';
import { isStale, secondsSinceSuccess } from '#shared/moodle/health/staleness.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { eachMapping } from '#shared/moodle/mappings/read-mappings.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { beginOfLastDay } from '#shared/store/tables/hourly-metrics.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import { attentionOf } from './attention.ts';
import { RowCounter } from './count-rows.ts';
import { lastDay } from './last-day.ts';
import { openedBreaker } from './opened-breaker.ts';
import type { InstanceReport, QueueReport, Report } from './report.ts';

/**
 * Reads all that the report tells; nothing is changed, and no Moodle is called.
 *
 * @param ids the instances to tell of; all of them where there is none
 * @param isBrief whether only what is not as it should be is read
 * @throws OperatorError where one of them is not registered
 */
export async function collectReport(
  deployment: Deployment,
  ids: readonly string[],
  onRow: () => void,
  isBrief = false,
): Promise<Report> {
  const now = deployment.now();
  const { chosen, unreadable } = await watchedInstances(deployment, ids);
  const instances: InstanceReport[] = [];
  for (const watched of chosen) {
    const rows = isBrief
      ? eachToLookAt(deployment, watched.instance.id)
      : eachMapping(watched.instance.id, deployment.mappings, 'oec_');
    instances.push(await instanceReport(deployment, watched, now, rows, onRow));
  }
  const problems: string[] = [];
  const { clients, outputs } = deployment;
  const erp =
    deployment.erp &&
    (await orProblem(
      'How the ERP fares is not known.',
      problems,
      collectErp(deployment, deployment.erp, onRow, isBrief),
    ));
  const queues = await queueReports(deployment);
  return {
    stack: deployment.stack,
    made_at: new Date(now).toISOString(),
    brief: isBrief,
    attention: await attentionOf(deployment, { chosen, unreadable, instances, erp, queues }),
    instances,
    erp,
    unreadable: unreadable.map(({ message }) => message),
    queues,
    last_day: await orProblem(
      'Calls and changes of the last day are not known.',
      problems,
      lastDay(clients.cloudwatch, outputs.MetricsNamespace, now),
    ),
    problems,
  };
}

async function instanceReport(
  { instances }: Deployment,
  { instance, state }: WatchedInstance,
  now: number,
  rows: AsyncIterable<Mapping>,
  onMapping: () => void,
): Promise<InstanceReport> {
  const counter = new RowCounter(serviceNames, beginOfLastDay(now));
  for await (const mapping of rows) {
    counter.add({ ...mapping, kind: mapping.service, name: mapping.idnumber });
    onMapping();
  }
  const breaker = state.isBreakerOpen ? await instances.getBreaker(instance.id) : undefined;
  const brakes = state.brakesOn > 0 ? await brakesOn(instances, instance.id) : [];
  return {
    id: instance.id,
    base_url: instance.base_url,
    status: instance.status,
    health: state.health,
    last_successful_sync: state.last_successful_sync,
    seconds_since_success: secondsSinceSuccess(state, now),
    stale_after_hours: instance.stale_after_hours,
    // Nobody waits for an instance that is paused or disabled.
    stale: instance.status === 'active' && isStale(instance, state, now),
    breaker: breaker && openedBreaker(breaker),
    brakes_on: brakes.map(({ service }) => service),
    records: counter.counts().map(({ kind: service, ...counts }) => ({ service, ...counts })),
    failures: counter.failures(),
    compared_at: state.compared_at,
    drift: counter.drift(),
    changed_last_day: counter.changed().map(({ kind: service, count }) => ({ service, count })),
  };
}

/** What is not in Moodle as it should be, from the index that holds nothing else. */
async function* eachToLookAt({ mappings }: Deployment, instance: string): AsyncGenerator<Mapping> {
  for (const status of failureStatuses) yield* await mappings.listAttention(instance, status);
}

async function queueReports(deployment: Deployment): Promise<QueueReport[]> {
  return Promise.all(
    stackQueues(deployment).map(async ({ name, url, isDeadLetter }) => ({
      name,
      is_dead_letter: isDeadLetter,
      ...(await queueDepth(deployment.clients.sqs, url)),
    })),
  );
}

/** What an operator may not read, or has to put right first, is no reason to tell nothing of the rest. */
async function orProblem<Found>(
  what: string,
  problems: string[],
  reading: Promise<Found>,
): Promise<Found | undefined> {
  try {
    return await reading;
  } catch (error) {
    const known = knownError(error);
    if (!known) throw error;
    problems.push(`${what} ${known.message} ${known.advice}`);
    return undefined;
  }
}
