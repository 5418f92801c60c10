import { serviceModels } from '#shared/models/services.ts';
import { type PushQueue, pushNaming, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { unitsOf } from '#shared/sync/units/unit.ts';
import type { Mapping, MappingStore } from './mapping.ts';

/**
 * Why it is of no use to try a mapping again now:
 * - held: only the operator's word about the brake lets it go.
 * - invalid: the record cannot be pushed as it is, and is pushed as soon as it changes.
 * - part: the row only says why a record was left out of another one's entity; it comes with that one.
 * - synced: nothing is wrong with it.
 */
export type Hopeless = 'held' | 'invalid' | 'part' | 'synced';

export function whyHopeless(mapping: Mapping): Hopeless | undefined {
  if (mapping.status === 'held' || mapping.status === 'invalid' || mapping.status === 'synced') {
    return mapping.status;
  }
  return serviceModels[mapping.service] === mapping.model ? undefined : 'part';
}

/** Rows written at a time. */
const lanes = 8;

/**
 * Has failed records tried again at once, on an operator's word. One that fails again begins a new row of attempts:
 * the retry that may be scheduled for it finds another failure, or none, and does nothing.
 *
 * @param mappings of one instance, none of them hopeless
 * @returns the units that were queued
 */
export async function startOver(
  instance: string,
  mappings: readonly Mapping[],
  ports: { mappings: Pick<MappingStore, 'save'>; queue: PushQueue; now(): number },
): Promise<WorkUnit[]> {
  const at = new Date(ports.now()).toISOString();
  await inLanes(mappings, { lanes }, async (mapping) => {
    // A row without a scheduled attempt begins anew by itself. `next_attempt_at` lets the sweep find what got lost, and
    // a conflict be looked at although those who have what it claims are as they were.
    if (mapping.status !== 'failed' && mapping.status !== 'conflict') return;
    // Somebody else may have written it in between: then it has just been tried, and is tried once more.
    await ports.mappings.save({ ...mapping, attempts: 0, failure_id: undefined, next_attempt_at: at });
  });
  const units = unitsOf(pushNaming(instance), mappings);
  await ports.queue.send(units);
  return units;
}
