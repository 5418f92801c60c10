import * as z from 'zod';
import { payloadHash } from '#shared/sync/hash.ts';
import { driftPositionSchema } from './drift.ts';

/** A message of DriftQueue: the comparisons of all instances whose hour it is, of one, or the rest of one. */
export const driftTaskSchema = z.object({
  instance: z.string().optional(),
  position: driftPositionSchema.optional(),
});
export type DriftTask = z.infer<typeof driftTaskSchema>;

/**
 * The hour of the day (0 to 23, UTC) in which an instance is compared: by its name, so that several Moodles of one
 * server are not read all at once.
 */
export function hourOfInstance(id: string): number {
  return Number.parseInt(payloadHash({ id }).slice(0, 8), 16) % 24;
}
