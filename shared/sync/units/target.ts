import type { Failure } from '#shared/sync/failure.ts';
import type { AttemptRow, RowStatus } from './attempts.ts';
import type { Unit, UnitNaming } from './unit.ts';

/** A record that has to be tried again, and when. */
export type Again<Ref> = Ref & {
  delaySeconds: number;
  failureId?: string;
  /** Why it failed. */
  failureClass?: Failure['class'];
  /** How often it has waited by then for what other workers are at. */
  waited?: number;
};

/** What came of a unit. */
export interface Reconciled<U extends Unit, Ref, Row> {
  /** By the record's name. */
  readonly outcomes: ReadonlyMap<string, { result: string; failure?: Failure }>;
  readonly again: readonly Again<Ref>[];
  /** Rows whose last attempt failed. */
  readonly exhausted: readonly Row[];
  /** What had failed before and is there now: others may wait for it. */
  readonly recovered: readonly string[];
  /** What may have let go of something that others claim. */
  readonly updated?: readonly string[];
  /** What has to follow at once. */
  readonly following?: readonly U[];
  /** Why no call would do better now. */
  readonly failure?: Failure | undefined;
  /** Logs it, record by record where something failed. */
  report(): void;
}

/**
 * A peer that records are brought to: a Moodle, or the ERP. It knows how to ask for it, what a refusal means and how a
 * unit's records are compared and brought; that units wait, are tried again and released is the engine's.
 */
export interface Target<
  U extends Unit,
  Ref,
  Row extends Ref & AttemptRow,
  Result extends Reconciled<U, Ref, Row> = Reconciled<U, Ref, Row>,
> {
  /** By which the breaker, the bulkhead and what waits know it. */
  readonly id: string;
  /** What it is called in the log, and by which attributes it is told from others. */
  readonly called: string;
  readonly about: Record<string, unknown>;
  readonly naming: UnitNaming<U, Ref>;
  /** How many calls were made so far. */
  calls(): number;
  /** Asks whether it is there and takes the key. @returns why it is, or does, not */
  probe(): Promise<Failure | undefined>;
  /** @param force what it holds is in doubt: an earlier worker may have died over this unit */
  reconcile(unit: U, force: boolean): Promise<Result>;
  /** Its rows of a status that have failed. */
  attention(status: RowStatus): Promise<Row[]>;
}
