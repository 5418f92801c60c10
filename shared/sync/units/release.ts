import { type Failure, isFailureOfInstance } from '#shared/sync/failure.ts';
import type { AttemptRow, RowStatus } from './attempts.ts';
import { type Unit, type UnitNaming, unitsOf } from './unit.ts';
import { spreadSeconds, waitSeconds } from './waits.ts';

/** Rows that need a look, and how they are named in units: what a target is asked for what waits. */
export interface Waiting<U extends Unit, Ref, Row extends Ref & AttemptRow> {
  readonly naming: UnitNaming<U, Ref>;
  attention(status: RowStatus): Promise<Row[]>;
}

type Later<U> = { send(units: U[], delaySeconds: number): Promise<void> };

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
