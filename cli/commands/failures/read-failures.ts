import type { Deployment } from '#cli/connection/deployment.ts';
import { chosenInstances } from '#cli/instances/instance-argument.ts';
import { withProgress } from '#cli/output/progress.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import {
  type FailedMessage,
  type PermanentFailureQueue,
  permanentFailures,
} from '#shared/store/queues/permanent-failures.ts';
import type { Mapping, MappingStatus } from '#shared/sync/ledger/mapping.ts';
import { serviceNames } from '#shared/sync/reconcile/entity.ts';

/** Every status but `synced`: what needs a look, the worst first. */
export const failureStatuses = [
  'permanently_failed',
  'invalid',
  'conflict',
  'held',
  'failed',
  'waiting',
] as const satisfies readonly MappingStatus[];

/** What all instances have that is not in Moodle as it should be. */
export interface Failures {
  instances: Instance[];
  /** By instance, service and idnumber. */
  mappings: Mapping[];
  /** What is wrong with instances whose settings cannot be read. */
  unreadable: string[];
}

/** @param id one instance only */
export async function readFailures(deployment: Deployment, id: string | undefined): Promise<Failures> {
  const { instances, unreadable } = await chosenInstances(deployment, id);
  const mappings = await withProgress('lists of failures', async (progress) => {
    const found: Mapping[] = [];
    const total = instances.length * failureStatuses.length;
    let done = 0;
    for (const instance of instances) {
      for (const status of failureStatuses) {
        found.push(...(await deployment.mappings.listAttention(instance.id, status)));
        done += 1;
        progress.update(done, total);
      }
    }
    return found;
  });
  return { instances, mappings: mappings.toSorted(inOrder), unreadable };
}

function inOrder(a: Mapping, b: Mapping): number {
  return (
    a.instance.localeCompare(b.instance) ||
    serviceNames.indexOf(a.service) - serviceNames.indexOf(b.service) ||
    a.idnumber.localeCompare(b.idnumber, 'en', { numeric: true })
  );
}

/** The dead-letter queue of the push direction. */
export function deadLetters({ clients, outputs }: Deployment): PermanentFailureQueue {
  return permanentFailures(clients.sqs, outputs.PermanentlyFailedQueueUrl);
}

/** All messages of PermanentlyFailed, the oldest first. */
export function readMessages(deployment: Deployment): Promise<FailedMessage[]> {
  return withProgress('messages', (progress) =>
    deadLetters(deployment).visit(
      async (messages) => ({ remove: [], result: messages }),
      (received) => progress.update(received, received),
    ),
  );
}
