import { randomUUID } from 'node:crypto';
import { type Failure, isFailureOfInstance } from '#shared/sync/failure.ts';
import { retryDelaySeconds, waitSeconds } from './waits.ts';

/** When a failed record is tried again. */
export interface Retry {
  delaySeconds: number;
  /** The failure it is for; without one it does not count as an attempt (the instance is at fault, not the record). */
  failureId?: string;
}

/**
 * Where something stands at a peer:
 * - synced: the peer holds what `sync_hash` stands for.
 * - failed: waits for its next attempt at `next_attempt_at`.
 * - invalid, conflict: waits for a change of the record or of the other side.
 * - waiting: waits for another record that fails itself; goes on when that arrives.
 * - held: waits for the operator to release the brake.
 * - permanently_failed: all attempts are used up.
 */
export type RowStatus =
  | 'synced'
  | 'failed'
  | 'invalid'
  | 'conflict'
  | 'waiting'
  | 'held'
  | 'permanently_failed';

/** What every row of a ledger says of the attempts to bring something to a peer. Times are ISO 8601 in UTC. */
export interface AttemptRow {
  status: RowStatus;
  /** Rises with every write, so that two workers on one row notice each other. */
  revision: number;
  /** Hash of the payload that the peer took last; absent while what it holds is in doubt. */
  sync_hash?: string;
  /** Failed attempts since the last success or change. */
  attempts: number;
  /** Hash of the payload that failed last: another one starts a new row of attempts. */
  attempted_hash?: string;
  failure?: Failure;
  /** Names this row of failures, so that a retry left over from an earlier one is recognised. */
  failure_id?: string;
  first_failed_at?: string;
  last_failed_at?: string;
  next_attempt_at?: string;
  last_synced_at?: string;
}

/** A failed row as it is to be stored, and its next attempt, if there is a new one to schedule. */
export interface FailedAttempt<Row extends AttemptRow> {
  mapping: Row;
  retry?: Retry;
  /** True when this was the last attempt. */
  exhausted: boolean;
}

/**
 * Counts a failed attempt.
 *
 * A row of attempts belongs to one payload: the first attempt at another payload, or the first one after the row
 * was used up, starts a new row. While an attempt is scheduled, a failure that comes in between (a ripple, a second
 * worker) tells nothing new: it is noted, not counted.
 *
 * @param hash of the payload that failed; undefined where none could be built
 * @param push the failures this push is a retry of; whether its message was delivered before, so that the run that
 *   scheduled the next attempt may have died before it could
 * @param now milliseconds since 1970
 */
export function countAttempt<Row extends AttemptRow>(
  before: Row,
  failure: Failure,
  hash: string | undefined,
  push: { retryOf?: readonly string[] | undefined; isRedelivered: boolean },
  now: number,
): FailedAttempt<Row> {
  const at = new Date(now).toISOString();
  const failed: Row = {
    ...before,
    failure,
    attempted_hash: hash,
    last_failed_at: at,
    first_failed_at: before.first_failed_at ?? at,
    // The call may have gone through although no answer came: what the peer holds is in doubt.
    sync_hash: failure.class === 'unreachable' ? undefined : before.sync_hash,
  };
  if (failure.class === 'invalid' || failure.class === 'conflict') {
    return {
      mapping: {
        ...failed,
        status: failure.class,
        attempts: 1,
        failure_id: undefined,
        next_attempt_at: undefined,
      },
      exhausted: false,
    };
  }
  if (failure.waits_for) {
    return {
      mapping: {
        ...failed,
        status: 'waiting',
        attempts: 0,
        failure_id: undefined,
        next_attempt_at: undefined,
      },
      exhausted: false,
    };
  }
  if (failure.class === 'misconfigured') {
    return {
      mapping: { ...failed, status: 'failed', next_attempt_at: later(now, waitSeconds) },
      retry: { delaySeconds: waitSeconds },
      exhausted: false,
    };
  }
  const scheduled =
    before.status === 'failed' && before.failure_id !== undefined && before.attempted_hash === hash;
  const due = before.next_attempt_at !== undefined && Date.parse(before.next_attempt_at) <= now;
  const isRetry = scheduled && (due || push.retryOf?.includes(before.failure_id!) === true);
  if (scheduled && !isRetry) {
    const left = Math.max(0, Math.ceil((Date.parse(before.next_attempt_at ?? at) - now) / 1000));
    const retry = push.isRedelivered ? { delaySeconds: left, failureId: before.failure_id! } : undefined;
    return { mapping: failed, retry, exhausted: false };
  }
  const attempts = isRetry ? before.attempts + 1 : 1;
  const failureId = isRetry ? before.failure_id! : randomUUID();
  const delaySeconds = retryDelaySeconds(attempts);
  const series = {
    attempts,
    failure_id: failureId,
    first_failed_at: isRetry ? failed.first_failed_at : at,
  };
  if (delaySeconds === undefined) {
    return {
      mapping: { ...failed, ...series, status: 'permanently_failed', next_attempt_at: undefined },
      exhausted: true,
    };
  }
  return {
    mapping: { ...failed, ...series, status: 'failed', next_attempt_at: later(now, delaySeconds) },
    retry: { delaySeconds, failureId },
    exhausted: false,
  };
}

/**
 * Whether it is time to try again what has failed. What only its peer's absence kept away can always be tried.
 *
 * @param now milliseconds since 1970
 */
export function isTimeFor({ status, failure, next_attempt_at: due }: AttemptRow, now: number): boolean {
  if (isFailureOfInstance(failure)) return true;
  return due === undefined ? status === 'failed' : Date.parse(due) <= now;
}

/** A row without any trace of failure. */
export function withoutFailure<Row extends AttemptRow>(mapping: Row): Row {
  return {
    ...mapping,
    attempts: 0,
    attempted_hash: undefined,
    failure: undefined,
    failure_id: undefined,
    first_failed_at: undefined,
    last_failed_at: undefined,
    next_attempt_at: undefined,
  };
}

function later(now: number, seconds: number): string {
  return new Date(now + seconds * 1000).toISOString();
}
