import type { Deployment } from '#cli/connection/deployment.ts';
import { type ExitCode, exitCodes } from '#cli/exit-codes.ts';
import { withProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import { type ServiceName, serviceNames } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { changesSince, type ServiceChanges } from '#shared/moodle/mappings/changes-since.ts';
import { queueDepth } from '#shared/store/queues/queue-depth.ts';
import { type QueueDepth, sumOf } from '#shared/store/queues/queue-watch.ts';
import { waitSeconds } from '#shared/sync/units/waits.ts';
import { exitCodeOf, sayEnd, type WatchEnd, watchQueues } from './watch-queues.ts';

/** What was pushed to an instance since a time. */
export interface InstanceChanges {
  instance: string;
  services: ServiceChanges;
}

/** How a push went on: how the watch of it ended, and what has come of it until then. */
export interface FollowedPush {
  end: WatchEnd;
  left: QueueDepth;
  /** None where the watch was interrupted: whoever presses Ctrl-C does not wait for it. */
  instances: InstanceChanges[];
}

/**
 * Follows the push until it is done. The queues are those of all instances, and so is the end of the work.
 *
 * @param ids the instances to tell of
 * @param since when it was begun, in ISO 8601 in UTC
 * @param timeout milliseconds
 */
export async function followPush(
  deployment: Deployment,
  ids: string[],
  since: string,
  timeout: number,
): Promise<FollowedPush> {
  const { end, left } = await watchPush(deployment, timeout);
  return { end, left, instances: end === 'interrupted' ? [] : await pushedSince(deployment, ids, since) };
}

/** What a followed push came to, for people. */
export function sayPush({ end, left, instances }: FollowedPush): string[] {
  return [
    ...(end === 'interrupted' ? [] : [changesTable(instances)]),
    ...sayEnd(end, left),
    ...(failuresIn(instances) > 0 ? ['`oec-moodle failures list` says what failed and what to do.'] : []),
  ];
}

/** Failures need a person, and so does a push that has not ended. */
export function exitCodeOfPush({ end, instances }: FollowedPush): ExitCode {
  const code = exitCodeOf(end);
  return code === exitCodes.done && failuresIn(instances) > 0 ? exitCodes.failed : code;
}

async function watchPush(deployment: Deployment, timeout: number) {
  const { outputs, clients, instances } = deployment;
  const { instances: all } = await instances.list();
  return watchQueues(
    {
      depth: async () =>
        sumOf(
          await Promise.all([
            queueDepth(clients.sqs, outputs.SweepQueueUrl),
            queueDepth(clients.sqs, outputs.PushQueueUrl),
          ]),
        ),
      explained: () => waitingRecords(deployment, all),
    },
    timeout,
  );
}

/** Retries within SQS's 15 minutes, and what asks whether an instance is back: they lie in PushQueue with a delay. */
async function waitingRecords(
  { mappings, instances: store, now }: Pick<Deployment, 'mappings' | 'instances' | 'now'>,
  instances: Instance[],
): Promise<number> {
  const soon = new Date(now() + waitSeconds * 1000).toISOString();
  const counts = await Promise.all(
    instances.map(async ({ id }) => {
      const failed = await mappings.listAttention(id, 'failed');
      const isAway = (await store.getBreaker(id)).opened_at !== undefined;
      return Number(isAway) + failed.filter(({ next_attempt_at = '' }) => next_attempt_at <= soon).length;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function pushedSince(
  { mappings }: Pick<Deployment, 'mappings'>,
  ids: string[],
  since: string,
): Promise<InstanceChanges[]> {
  return withProgress('mappings', async ({ update }) => {
    const changes: InstanceChanges[] = [];
    let before = 0;
    let read = 0;
    for (const instance of ids) {
      const services = await changesSince(mappings, instance, since, (count) => {
        read = before + count;
        update(read, read);
      });
      before = read;
      changes.push({ instance, services });
    }
    return changes;
  });
}

/** How many of all the changes are failures. */
function failuresIn(changes: InstanceChanges[]): number {
  return changes
    .flatMap(({ services }) => Object.values(services))
    .reduce((sum, { failed }) => sum + failed, 0);
}

function changesTable(changes: InstanceChanges[]): string {
  const rows = changes.flatMap(({ instance, services }) =>
    serviceNames.flatMap((service: ServiceName) => {
      const counts = services[service];
      return counts ? [[instance, service, counts.pushed, counts.failed, counts.not_synced]] : [];
    }),
  );
  if (rows.length === 0) return 'Nothing had to be pushed.';
  return table(['instance', 'service', 'pushed', 'failed', 'not synced now'], rows);
}
