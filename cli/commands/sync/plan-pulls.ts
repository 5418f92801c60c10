import type { Deployment } from '#cli/connection/deployment.ts';
import { clockOf, silentLog } from '#cli/engine-ports.ts';
import type { Instance } from '#shared/engine/instance.ts';
import type { Mapping } from '#shared/engine/mapping.ts';
import { onlyCourses } from '#shared/engine/only-courses.ts';
import { planPull } from '#shared/engine/pull.ts';
import type { PullName } from '#shared/engine/pull-service.ts';
import { pullServices } from '#shared/services/pull-services.ts';
import { pullQueue } from '#shared/store/pull-queue.ts';
import { pullStates } from '#shared/store/pull-states.ts';

export interface PlannedPull {
  instance: string;
  pull: PullName;
  tasks: number;
}

/** Queues pulls as the schedules do. @param isWanted which courses are asked for; all that it is the turn of by default */
export async function planPulls(
  deployment: Deployment,
  ready: readonly Instance[],
  names: readonly PullName[],
  isWanted?: (course: Mapping) => boolean,
): Promise<PlannedPull[]> {
  const { clients, outputs, instances, mappings, now } = deployment;
  const ports = {
    mappings: isWanted ? onlyCourses(mappings, isWanted) : mappings,
    states: pullStates(clients.documents, outputs.MappingsTableName, now),
    // What a whole instance is asked for follows the schedules' rules: a full pull can cost a Moodle half an hour.
    isByHand: isWanted !== undefined,
    instances,
    queue: pullQueue(clients.sqs, outputs.PullQueueUrl),
    clock: clockOf(deployment),
    log: silentLog,
  };
  const planned: PlannedPull[] = [];
  for (const instance of ready) {
    for (const pull of names) {
      const tasks = await planPull(pullServices[pull], instance, ports);
      planned.push({ instance: instance.id, pull, tasks });
    }
  }
  return planned;
}
