import type { Deployment } from '#cli/connection/deployment.ts';
import { withProgress } from '#cli/output/progress.ts';
import { table } from '#cli/output/table.ts';
import { changesSince, type ServiceChanges } from '#shared/engine/changes-since.ts';
import { type ServiceName, serviceNames } from '#shared/engine/entity.ts';
import { sumOf } from '#shared/engine/queue-watch.ts';
import { waitSeconds } from '#shared/engine/retry-tiers.ts';
import { queueDepth } from '#shared/store/queue-depth.ts';
import { watchQueues } from './watch-queues.ts';

/** What was pushed to an instance since a time. */
export interface InstanceChanges {
  instance: string;
  services: ServiceChanges;
}

/** Follows the push until it is done, for all instances: they share its queues. @param timeout milliseconds */
export async function watchPush(deployment: Deployment, timeout: number) {
  const { outputs, clients, instances, mappings } = deployment;
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
      // Retries within SQS's 15 minutes, and what the brake holds, lie in PushQueue with a delay.
      explained: async () => {
        const soon = new Date(Date.now() + waitSeconds * 1000).toISOString();
        const counts = await Promise.all(
          all.map(async ({ id }) => {
            const failed = await mappings.listAttention(id, 'failed');
            const held = await mappings.listAttention(id, 'held');
            return held.length + failed.filter(({ next_attempt_at = '' }) => next_attempt_at <= soon).length;
          }),
        );
        return counts.reduce((sum, count) => sum + count, 0);
      },
    },
    timeout,
  );
}

/** What has become of the entities of some instances since a time. @param since ISO 8601 in UTC */
export function pushedSince(
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
export function failuresIn(changes: InstanceChanges[]): number {
  return changes
    .flatMap(({ services }) => Object.values(services))
    .reduce((sum, { failed }) => sum + failed, 0);
}

/** A table of what was pushed, for people. */
export function changesTable(changes: InstanceChanges[]): string {
  const rows = changes.flatMap(({ instance, services }) =>
    serviceNames.flatMap((service: ServiceName) => {
      const counts = services[service];
      return counts ? [[instance, service, counts.pushed, counts.failed, counts.not_synced]] : [];
    }),
  );
  if (rows.length === 0) return 'Nothing had to be pushed.';
  return table(
    [
      'instance',
      'service',
      { title: 'pushed', isNumber: true },
      { title: 'failed', isNumber: true },
      { title: 'not synced now', isNumber: true },
    ],
    rows,
  );
}
