import { awsError } from '#cli/connection/aws-error.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { stackQueues } from '#cli/connection/stack-queues.ts';
import { collectErp } from '#cli/erp/collect-erp.ts';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import { watchedInstances } from '#cli/instances/watched-instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import type { Progress } from '#cli/output/progress.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { beginOfLastDay } from '#shared/store/tables/hourly-metrics.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import { isStale, secondsSinceSuccess } from '#shared/sync/health/staleness.ts';
import { eachMapping } from '#shared/sync/ledger/each-mapping.ts';
import { brakesOn } from '#shared/sync/limits/brake.ts';
import { serviceNames } from '#shared/sync/reconcile/entity.ts';
import { DriftCounter, RowCounter } from './count-rows.ts';
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
  const erp = await erpOrProblem(deployment, problems, () => {
    counted.mappings += 1;
    progress.update(counted.mappings, counted.mappings);
  });
  const day = await lastDayOrProblem(deployment, now, problems);
  return {
    stack: deployment.stack,
    made_at: new Date(now).toISOString(),
    instances: reports,
    ...(erp && { erp }),
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
  const drift = new DriftCounter();
  const counter = new RowCounter(serviceNames, beginOfLastDay(now));
  for await (const mapping of eachMapping(instance.id, mappings, 'oec_')) {
    counter.add({ ...mapping, kind: mapping.service, name: mapping.idnumber });
    drift.add(mapping);
    onMapping();
  }
  const breaker = state.isBreakerOpen ? await instances.getBreaker(instance.id) : undefined;
  const { health, last_successful_sync, compared_at } = state;
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
    records: counter.counts().map(({ kind: service, ...counts }) => ({ service, ...counts })),
    failures: counter.failures(),
    ...(compared_at !== undefined && { compared_at }),
    drift: drift.groups(),
    changed_last_day: counter.changed().map(({ kind: service, count }) => ({ service, count })),
  };
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

/** Without the right to read CloudWatch the rest of the report is as good as ever. */
async function lastDayOrProblem(
  { clients, outputs }: Deployment,
  now: number,
  problems: string[],
): Promise<LastDay | undefined> {
  try {
    return await lastDay(clients.cloudwatch, outputs.MetricsNamespace, now);
  } catch (error) {
    const known = awsError(error);
    if (!known) throw error;
    problems.push(`Calls and changes of the last day are not known. ${known.message} ${known.advice}`);
    return undefined;
  }
}

/** The ERP's side, where the stack has one; what cannot be read of it is no reason to tell nothing of the Moodles. */
async function erpOrProblem(
  deployment: Deployment,
  problems: string[],
  onRow: () => void,
): Promise<ErpReport | undefined> {
  if (!deployment.erp) return undefined;
  try {
    return await collectErp(deployment, deployment.erp, onRow);
  } catch (error) {
    const known = error instanceof OperatorError ? error : awsError(error);
    if (!known) throw error;
    problems.push(`How the ERP fares is not known. ${known.message} ${known.advice}`);
    return undefined;
  }
}
