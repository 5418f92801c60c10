import type { Failure } from '#shared/sync/failure.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { type AttemptRow, countAttempt, withoutFailure } from './attempts.ts';
import type { Again, Reconciled } from './target.ts';
import type { Unit } from './unit.ts';
import { overtakenSeconds } from './waits.ts';

/** What became of a record in one unit; the failure is there where it failed. */
export type Outcome = { result: string; failure?: Failure };

/** What a ledger has to know of its unit. */
export type LedgerUnit = Pick<Unit, 'ids' | 'retry_of' | 'waited'>;

/**
 * The ledger of one unit: what became of each record is written to its row, and noted for the engine. A target adds what
 * only its rows say, and what is done where somebody else has written a row since it was read.
 */
export abstract class Ledger<
  U extends Unit,
  Ref,
  Row extends Ref & AttemptRow,
  Became extends Outcome = Outcome,
> implements Reconciled<U, Ref, Row>
{
  /** By the record's name. */
  readonly outcomes = new Map<string, Became>();
  readonly again: Again<Ref>[] = [];
  /** Rows whose last attempt failed. */
  readonly exhausted: Row[] = [];
  /** Names of records that had failed before and are at the peer now: others may wait for them. */
  readonly recovered: string[] = [];
  protected readonly unit: LedgerUnit;
  protected readonly isRedelivered: boolean;
  protected readonly clock: Pick<Clock, 'now'>;
  protected readonly log: Log;

  /** @param isRedelivered whether what the peer holds is in doubt: an earlier worker may have died over the unit */
  constructor(
    unit: LedgerUnit,
    { isRedelivered, clock, log }: { isRedelivered: boolean; clock: Pick<Clock, 'now'>; log: Log },
  ) {
    this.unit = unit;
    this.isRedelivered = isRedelivered;
    this.clock = clock;
    this.log = log;
  }

  /** As outcomes and `waits_for` name it. */
  protected abstract nameOf(row: Row): string;
  protected abstract refOf(row: Row): Ref;
  /** Writes a row on the revision at which it was read, and answers whether it was still that one. */
  protected abstract save(row: Row): Promise<boolean>;
  protected abstract forget(row: Row): Promise<void>;
  protected abstract noteFailure(row: Row, failure: Failure): void;
  /**
   * What is to be tried once more where somebody else has written a row before a failed attempt could be noted.
   *
   * @returns undefined where the attempt counts for nothing any more
   */
  protected abstract overtakenIn(failed: Row, hash: string | undefined): Promise<Row | undefined>;
  /** What is told of a failed record, and of the unit, in the log. */
  protected abstract aboutFailure(name: string, outcome: Became): [message: string, about: object];
  protected abstract aboutUnit(): { outcomes: object; [name: string]: unknown };

  get now(): number {
    return this.clock.now();
  }

  protected get at(): string {
    return new Date(this.now).toISOString();
  }

  /** Whether the unit is a retry that is not for this row: it has changed since, and another unit is for that. */
  isLeftToOthers(row: Row | undefined): boolean {
    return this.unit.retry_of?.includes(row?.failure_id ?? '') === false;
  }

  /** Somebody else is at it, or has been: it is looked at again. @param pauses before each further look, in seconds */
  protected lookAgain(ref: Ref, pauses: readonly number[] = overtakenSeconds): void {
    const { waited = 0 } = this.unit;
    this.again.push({ ...ref, delaySeconds: pauses[waited] ?? pauses.at(-1)!, waited: waited + 1 });
  }

  /** Nothing is asked for (any more), so a failure of an earlier attempt has no meaning left. @param isThere at the peer */
  protected async settled(row: Row, isThere: boolean): Promise<void> {
    if (!isThere) await this.forget(row);
    else if (row.failure) await this.save({ ...withoutFailure(row), status: 'synced' });
  }

  /** Notes that the peer holds it. @returns false where somebody else has written its row meanwhile */
  protected async arrived(before: Row, now: Row): Promise<boolean> {
    if (before.failure) this.recovered.push(this.nameOf(before));
    return this.save({ ...withoutFailure(now), status: 'synced', last_synced_at: this.at });
  }

  /**
   * Counts a failed attempt, and has it tried again in its time.
   *
   * @param hash of the payload, where one could be built
   * @returns the row as it was written; undefined where the attempt counts for nothing any more
   */
  protected async attempted(
    before: Row,
    failure: Failure,
    hash: string | undefined,
  ): Promise<Row | undefined> {
    this.noteFailure(before, failure);
    const push = { retryOf: this.unit.retry_of, isRedelivered: this.isRedelivered };
    let attempt = countAttempt(before, failure, hash, push, this.now);
    while (!(await this.save(attempt.mapping))) {
      const merged = await this.overtakenIn(before, hash);
      if (!merged) return undefined;
      attempt = countAttempt(merged, failure, hash, push, this.now);
    }
    if (attempt.exhausted) this.exhausted.push(attempt.mapping);
    // What is no attempt of the record's waits for its peer: it is released with the others, or found by a sweep.
    if (attempt.retry?.failureId !== undefined)
      this.again.push({ ...this.refOf(before), ...attempt.retry, failureClass: failure.class });
    return attempt.mapping;
  }

  /** Logs what came of the unit, record by record where something failed. */
  report(): void {
    for (const [name, outcome] of this.outcomes) {
      if (!outcome.failure) continue;
      const { class: failure_class, code, field } = outcome.failure;
      const [message, about] = this.aboutFailure(name, outcome);
      this.log.warn(message, { ...about, failure_class, code, field });
    }
    const { ids, retry_of } = this.unit;
    this.log.info('Unit worked off', { ids, ...this.aboutUnit(), retry: retry_of !== undefined });
  }
}

/** How many of some outcomes there were of each result. */
export function countsOf(outcomes: Iterable<Outcome>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { result } of outcomes) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}
