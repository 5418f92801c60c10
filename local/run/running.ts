import type { LocalSystem } from '#local/local-system.ts';
import type { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import type { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import type { MoodleClient } from '#shared/moodle/client/client.ts';
import type { ErpAccess } from './options.ts';
import { callList, stopwatch } from './report.ts';
import type { Tally } from './tally.ts';
import { isOwnFailure } from './verdict/compare-with-moodle.ts';

/** What is running while a run works. */
export interface Running {
  system: LocalSystem;
  tally: Tally;
  /** Reads the Moodle back. */
  client: MoodleClient;
  /** The instance that is pushed to. */
  instance: string;
  /** The Moodle, where it is a simulated one. */
  moodle: SimulatedMoodle | undefined;
  /** What holds the records, where the run does not write them itself. */
  erp: SimulatedOdoo | ErpAccess | undefined;
  /** Whether the university is the demo's, whose bad records are known. */
  isDemo: boolean;
  /** Whether each failure is listed in the end, not only examples of each cause. */
  allFailures: boolean;
}

/** A little more than all retry tiers together (28 h 35 min), in milliseconds. */
const allTiers = 29 * 60 * 60 * 1000;

/**
 * Does something, and waits for all that comes of it.
 *
 * @returns its result, and what it cost: a time such as `3.2 s`, and the calls of Moodle
 */
export async function measured<Result>({ system, tally }: Running, work: () => Promise<Result>) {
  const before = new Map(tally.calls);
  const took = stopwatch();
  const result = await work();
  await system.settle();
  return { result, took: took(), calls: callList(tally.callsSince(before)) };
}

/** What Moodle refused is tried again through all retry tiers, on the fast clock, before it is judged. */
export async function retryFailures({ system, instance }: Running): Promise<void> {
  const failing = (await system.mappings(instance)).filter(
    (mapping) => mapping.status === 'failed' && !isOwnFailure(mapping),
  );
  if (failing.length === 0) return;
  console.log(
    `${failing.length} are tried again: the clock runs through the retry tiers (5 min, 30 min, 4 h, 24 h).`,
  );
  await system.cloud.advanceAndSettle(allTiers);
}
