import type { ServiceName } from '#shared/models/services.ts';
import type { Mapping, MappingStatus } from '#shared/moodle/mappings/mapping.ts';
import type { PushQueue } from '#shared/moodle/push/work-unit.ts';
import { unitSize, type WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { isFailureOfInstance } from '#shared/sync/failure.ts';

/** Lists the mappings that need a look, by status. */
export interface AttentionReader {
  listAttention(instance: string, status: MappingStatus): Promise<Mapping[]>;
}

interface ReleasePorts {
  mappings: AttentionReader;
  later: { send(units: WorkUnit[], delaySeconds: number): Promise<void> };
}

/** Released units are sent this far apart, so that an instance that has just come back is not stormed (50 records each). */
export const spreadSeconds = 5;
const longestDelaySeconds = 900;

/**
 * Queues the records that failed because the instance was away or misconfigured, without waiting for their tier.
 *
 * @returns how many records were released
 */
export async function releaseInstance(instance: string, ports: ReleasePorts): Promise<number> {
  const failed = await ports.mappings.listAttention(instance, 'failed');
  const records = failed.filter(({ failure }) => isFailureOfInstance(failure));
  let position = 0;
  for (const unit of unitsOf(instance, records)) {
    await ports.later.send([unit], Math.min(position++ * spreadSeconds, longestDelaySeconds));
  }
  return records.length;
}

/**
 * Queues the records that wait for one of these entities: for its arrival in Moodle (`waiting`), or for it to let go
 * what they claim (`conflict`).
 *
 * @param changed idnumbers of the entities
 * @returns how many records were released
 */
export async function releaseDependents(
  instance: string,
  status: 'waiting' | 'conflict',
  changed: string[],
  ports: ReleasePorts,
): Promise<number> {
  if (changed.length === 0) return 0;
  const dependents = await ports.mappings.listAttention(instance, status);
  const records = dependents.filter(({ failure }) =>
    failure?.waits_for?.some((idnumber) => changed.includes(idnumber)),
  );
  await ports.later.send(unitsOf(instance, records), 0);
  return records.length;
}

/**
 * Queues what the brake holds of a service, once the operator has released it. What is not queued here a sweep finds.
 *
 * @returns how many records were released
 */
export async function releaseHeld(
  instance: string,
  service: ServiceName,
  { mappings, queue }: { mappings: AttentionReader; queue: PushQueue },
): Promise<number> {
  const held = await mappings.listAttention(instance, 'held');
  const records = held.filter((mapping) => mapping.service === service);
  await queue.send(unitsOf(instance, records));
  return records.length;
}

/** The records of mappings as units. */
export function unitsOf(instance: string, mappings: Mapping[]): WorkUnit[] {
  const byService = new Map<ServiceName, Mapping[]>();
  for (const mapping of mappings)
    byService.set(mapping.service, [...(byService.get(mapping.service) ?? []), mapping]);
  return [...byService].flatMap(([service, rows]) =>
    Array.from({ length: Math.ceil(rows.length / unitSize) }, (_, index) => {
      const part = rows.slice(index * unitSize, (index + 1) * unitSize);
      // Not as a retry of the failures: an instance that goes away again must not use the scheduled attempts up.
      return { instance, service, ids: [...new Set(part.map(({ record_id }) => record_id))] };
    }),
  );
}
