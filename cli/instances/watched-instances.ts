import type { Deployment } from '#cli/connection/deployment.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { WatchedInstance } from '#shared/store/tables/instance-states.ts';
import type { InstanceRowError } from '#shared/store/tables/instances-store.ts';
import { requireKnown } from './instance-argument.ts';

/**
 * The instances that are asked for, by id, and how they fare.
 *
 * @param ids the instances to tell of; all of them where there is none
 * @returns also those of them whose settings cannot be read, and all instances that can be, asked for or not
 * @throws OperatorError where one of them is not registered
 */
export async function watchedInstances(
  { instanceStates }: Pick<Deployment, 'instanceStates'>,
  ids: readonly string[],
): Promise<{ chosen: WatchedInstance[]; unreadable: InstanceRowError[]; all: Instance[] }> {
  const { instances, unreadable } = await instanceStates.list();
  const all = instances.map(({ instance }) => instance);
  requireKnown(ids, [...all.map(({ id }) => id), ...unreadable.map(({ instance }) => instance)]);
  const isAsked = (id: string) => ids.length === 0 || ids.includes(id);
  return {
    chosen: instances
      .filter(({ instance }) => isAsked(instance.id))
      .toSorted((a, b) => (a.instance.id < b.instance.id ? -1 : 1)),
    unreadable: unreadable.filter(({ instance }) => isAsked(instance)),
    all,
  };
}
