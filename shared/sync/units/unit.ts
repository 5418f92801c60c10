import * as z from 'zod';
import { inParts } from '#shared/sync/in-parts.ts';

/** Records a unit holds at the most: one unit is a few bulk calls (measured on Moodle 4.5: 50 a call cost a fifth of one a call). */
export const unitSize = 50;

/**
 * What every unit of work says. It names records and never carries them: the worker reads each record as it is now, so
 * order, duplicates and replays cannot bring back old data.
 */
export const unitFields = {
  ids: z.array(z.string().min(1)).min(1).max(unitSize),
  /**
   * Only on a retry: the `failure_id`s of the rows that it is for. A record that has changed since has another failure or
   * none, and is left to the unit that its change queued.
   */
  retry_of: z.array(z.string()).optional(),
  /** How often it has waited in the queue for what other workers are at. */
  waited: z.number().int().positive().optional(),
  /** Bring it even where the hash says that nothing changed: what the peer holds is in doubt. */
  force: z.boolean().optional(),
  /** Set where it has waited for its peer: its key among those that wait, and the name under which its place is kept. */
  parked: z.string().optional(),
};
const unitSchema = z.object(unitFields);
export type Unit = z.infer<typeof unitSchema>;

/** How records are named in the units of a target. `Ref` names one: a row does, or what is to be tried again. */
export interface UnitNaming<U extends Unit, Ref> {
  /** What units are of (a model, a service), parents before children. */
  readonly kinds: readonly string[];
  kindOf(ref: Ref): string;
  idOf(ref: Ref): string;
  unit(kind: string, ids: string[]): U;
}

/** Cuts records into units, parents before children, without duplicates. */
export function unitsOf<U extends Unit, Ref>(
  { kinds, kindOf, idOf, unit }: UnitNaming<U, Ref>,
  refs: Iterable<Ref>,
): U[] {
  const byKind = Map.groupBy(refs, kindOf);
  return kinds.flatMap((kind) => cutIds((byKind.get(kind) ?? []).map(idOf)).map((ids) => unit(kind, ids)));
}

/** Cuts ids into as many as a unit holds, without duplicates, in the order given. */
export function cutIds(ids: Iterable<string>): string[][] {
  return inParts([...new Set(ids)], unitSize);
}
