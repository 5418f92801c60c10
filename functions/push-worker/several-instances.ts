import type { InstancesStore } from '#shared/store/tables/instances-store.ts';

/** An instance is registered once in a while: looking each minute is often enough. */
const lookEvery = 60_000;

/** Whether more than one instance is active, asked of the table at most once a minute. @param now milliseconds since 1970 */
export function severalInstances(
  instances: Pick<InstancesStore, 'list'>,
  now: () => number,
): () => Promise<boolean> {
  let known: { at: number; areSeveral: boolean } | undefined;
  return async () => {
    if (!known || now() - known.at >= lookEvery) {
      const active = (await instances.list()).instances.filter(({ status }) => status === 'active');
      known = { at: now(), areSeveral: active.length > 1 };
    }
    return known.areSeveral;
  };
}
