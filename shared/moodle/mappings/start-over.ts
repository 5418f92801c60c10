import { serviceModels } from '#shared/models/services.ts';
import { type PushQueue, pushNaming, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { startOver as startOverIn } from '#shared/sync/units/release.ts';
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

/**
 * Has failed records of an instance tried again at once, on an operator's word.
 *
 * @param mappings none of them hopeless
 * @returns the units that were queued
 */
export function startOver(
  instance: string,
  mappings: readonly Mapping[],
  ports: { mappings: Pick<MappingStore, 'save'>; queue: PushQueue; now(): number },
): Promise<WorkUnit[]> {
  // A row without a scheduled attempt begins anew by itself. `next_attempt_at` lets the sweep find what got lost, and
  // a conflict be looked at although those who have what it claims are as they were.
  return startOverIn(pushNaming(instance), mappings, ports, ({ status }) =>
    status === 'failed' || status === 'conflict' ? {} : undefined,
  );
}
