import { type Failure, isFailureOfInstance } from '#shared/sync/failure.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { AttemptRow, RowStatus } from './attempts.ts';
import { type Unit, type UnitNaming, unitsOf } from './unit.ts';
import { spreadSeconds, waitSeconds } from './waits.ts';

/** Rows that need a look, and how they are named in units: what a target is asked for what waits. */
export interface Waiting<U extends Unit, Ref, Row extends Ref & AttemptRow> {
  readonly naming: UnitNaming<U, Ref>;
  attention(status: RowStatus): Promise<Row[]>;
}

type Later<U> = { send(units: U[], delaySeconds: number): Promise<void> };

/** Rows written at a time. */
const lanes = 8;

/**
 * Has failed records tried again at once, on an operator's word. One that fails again begins a new row of attempts: the
 * retry that may be scheduled for it finds another failure, or none, and does nothing.
 *
 * @param again what of a row is to be another besides; undefined where it begins anew by itself
 * @returns the units that were queued
 */
export async function startOver<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  naming: UnitNaming<U, Ref>,
  rows: readonly Row[],
  ports: {
    mappings: { save(row: Row): Promise<boolean> };
    queue: { send(units: U[]): Promise<void> };
    now(): number;
  },
  again: (row: Row) => Partial<Row> | undefined,
): Promise<U[]> {
  const next_attempt_at = new Date(ports.now()).toISOString();
  await inLanes(rows, { lanes }, async (row) => {
    const more = again(row);
    // Somebody else may have written it in between: then it has just been tried, and is tried once more.
    if (more)
      await ports.mappings.save({ ...row, ...more, attempts: 0, failure_id: undefined, next_attempt_at });
  });
  const units = unitsOf(naming, rows);
  await ports.queue.send(units);
  return units;
}

/**
 * Queues the records that failed because their peer was away or misconfigured, without waiting for their tier.
 *
 * @returns how many records were released
 */
export async function releaseAll<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  { naming, attention }: Waiting<U, Ref, Row>,
  later: Later<U>,
): Promise<number> {
  const rows = (await attention('failed')).filter(({ failure }) => isFailureOfInstance(failure));
  for (const [position, unit] of unitsOf(naming, rows).entries()) {
    // Not as a retry of the failures: a peer that goes away again must not use the scheduled attempts up.
    await later.send([unit], Math.min(position * spreadSeconds, waitSeconds));
  }
  return rows.length;
}

/**
 * Queues the records that wait for one of these: for its arrival (`waiting`), or for it to let go what they claim
 * (`conflict`).
 *
 * @param changed as `waits_for` names them
 * @returns how many records were released
 */
export async function releaseDependents<U extends Unit, Ref, Row extends Ref & AttemptRow>(
  { naming, attention }: Waiting<U, Ref, Row>,
  status: 'waiting' | 'conflict',
  changed: readonly string[],
  later: Later<U>,
): Promise<number> {
  if (changed.length === 0) return 0;
  const waitsForThem = ({ waits_for = [] }: Partial<Failure> = {}) =>
    waits_for.some((name) => changed.includes(name));
  const rows = (await attention(status)).filter(({ failure }) => waitsForThem(failure));
  await later.send(unitsOf(naming, rows), 0);
  return rows.length;
}
