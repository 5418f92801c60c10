import * as z from 'zod';
import { type ServiceName, serviceNames } from '#shared/models/services.ts';
import type { AttentionReader } from '#shared/moodle/mappings/mapping.ts';
import { cutIds, type UnitNaming, unitFields, unitsOf } from '#shared/sync/units/unit.ts';

/** A message of the push queue: records of one service's model that are to be brought to a Moodle. */
export const workUnitSchema = z.object({
  instance: z.string().min(1),
  service: z.enum(serviceNames),
  ...unitFields,
});
export type WorkUnit = z.infer<typeof workUnitSchema>;

/** Has a worker ask whether an instance is back, if it is time, and let in what waits for it. */
const wakeSchema = z.strictObject({ instance: z.string().min(1), wake: z.literal(true) });

/** What PushQueue carries. */
export const pushMessageSchema = wakeSchema.or(workUnitSchema);
export type PushMessage = z.infer<typeof pushMessageSchema>;

export interface PushQueue {
  /** Sends units, at once or after a delay of at most 900 s (the limit of SQS). */
  send(units: WorkUnit[], delaySeconds?: number): Promise<void>;
}

/** A record that a service brings to Moodle: a mapping says it as well. */
export type PushRef = { service: ServiceName } & ({ id: string } | { record_id: string });

/** How records are named in the units of an instance. */
export function pushNaming(instance: string): UnitNaming<WorkUnit, PushRef> {
  return {
    kinds: serviceNames,
    kindOf: ({ service }) => service,
    idOf: (ref) => ('record_id' in ref ? ref.record_id : ref.id),
    unit: (service, ids) => ({ instance, service: service as ServiceName, ids }),
  };
}

/** Cuts the ids of one instance and service into units, without duplicates, in the order given. */
export function cutUnits(instance: string, service: ServiceName, ids: Iterable<string>): WorkUnit[] {
  return cutIds(ids).map((part) => ({ instance, service, ids: part }));
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
  const held = (await mappings.listAttention(instance, 'held')).filter((row) => row.service === service);
  await queue.send(unitsOf(pushNaming(instance), held));
  return held.length;
}
