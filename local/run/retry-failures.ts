import type { Running } from './running.ts';
import { isOwnFailure } from './verdict.ts';

/** A little more than all retry tiers together (28 h 35 min), in milliseconds. */
const allTiers = 29 * 60 * 60 * 1000;

/** What Moodle refused is tried again through all retry tiers, on the fast clock, before it is judged. */
export async function retryFailures({
  system,
  instance,
}: Pick<Running, 'system' | 'instance'>): Promise<void> {
  const failing = (await system.mappings(instance)).filter(
    (mapping) => mapping.status === 'failed' && !isOwnFailure(mapping),
  );
  if (failing.length === 0) return;
  console.log(
    `${failing.length} are tried again: the clock runs through the retry tiers (5 min, 30 min, 4 h, 24 h).`,
  );
  await system.cloud.advanceAndSettle(allTiers);
}
