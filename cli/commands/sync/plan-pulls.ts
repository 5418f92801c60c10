import type { Deployment } from '#cli/connection/deployment.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { pullServices } from '#shared/moodle/pull-services.ts';
import { onlyCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import { planPull } from '#shared/moodle/pulls/pull.ts';
import type { PullName } from '#shared/moodle/pulls/pull-ports.ts';
import { pullQueue } from '#shared/store/queues/work-queues.ts';
import { pullStates } from '#shared/store/tables/pull-states.ts';

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
  const { open, instances, mappings } = deployment;
  const ports = {
    mappings: isWanted ? onlyCourses(mappings, isWanted) : mappings,
    states: open(pullStates),
    // What a whole instance is asked for follows the schedules' rules: a full pull can cost a Moodle half an hour.
    isByHand: isWanted !== undefined,
    instances,
    queue: open(pullQueue),
    clock: deployment.clock,
    log: deployment.log,
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
