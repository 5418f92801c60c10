import * as z from 'zod';
import { type ServiceName, serviceNames } from '#shared/models/services.ts';

/** Records a unit holds at the most: one unit is a few bulk calls (measured on Moodle 4.5: 50 a call cost a fifth of one a call). */
export const unitSize = 50;

/**
 * A message of the push queue. It names records and never carries them: the worker reads each record
 * as it is now, so order, duplicates and replays cannot bring back old data.
 */
export const workUnitSchema = z.object({
  instance: z.string().min(1),
  service: z.enum(serviceNames),
  /** Ids of the service's model. */
  ids: z.array(z.string().min(1)).min(1).max(unitSize),
  /**
   * Only on a retry: the `failure_id`s of the mappings that it is for. A record that has changed since has
   * another failure or none, and is left to the unit that its change queued.
   */
  retry_of: z.array(z.string()).optional(),
  /** How often it has waited in the queue for what other workers are at. */
  waited: z.number().int().positive().optional(),
  /** Push even where the hash says that nothing changed: what Moodle holds is in doubt. */
  force: z.boolean().optional(),
  /** Set where it has waited for its instance: its key among those that wait, and the name under which its place is kept. */
  parked: z.string().optional(),
});

export type WorkUnit = z.infer<typeof workUnitSchema>;

/** Has a worker ask whether an instance is back, if it is time, and let in what waits for it. */
const wakeSchema = z.strictObject({ instance: z.string().min(1), wake: z.literal(true) });

/** What PushQueue carries. */
export const pushMessageSchema = wakeSchema.or(workUnitSchema);
export type PushMessage = z.infer<typeof pushMessageSchema>;

/** Cuts the ids of one instance and service into units, without duplicates, in the order given. */
export function cutUnits(instance: string, service: ServiceName, ids: Iterable<string>): WorkUnit[] {
  const unique = [...new Set(ids)];
  const units: WorkUnit[] = [];
  for (let start = 0; start < unique.length; start += unitSize) {
    units.push({ instance, service, ids: unique.slice(start, start + unitSize) });
  }
  return units;
}

export interface PushQueue {
  /** Sends units, at once or after a delay of at most 900 s (the limit of SQS). */
  send(units: WorkUnit[], delaySeconds?: number): Promise<void>;
}

/** Has a worker ask, after a delay of at most 900 s, whether an instance is back, and let in what waits for it. */
export interface WakeQueue {
  wake(instance: string, delaySeconds?: number): Promise<void>;
}
