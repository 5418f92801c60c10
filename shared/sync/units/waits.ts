/**
 * How long a failed record waits before each further attempt, in seconds: 5 min, 30 min, 4 h, 24 h.
 * Short enough for a restart of the peer, long enough for an administrator's day; then the record is permanently failed.
 */
export const retryTiers = [5 * 60, 30 * 60, 4 * 60 * 60, 24 * 60 * 60] as const;

/** How long a record waits that its peer's setup keeps away: SQS delays no message longer, in seconds. */
export const waitSeconds = 15 * 60;

/** Released units are sent this far apart, so that a peer that has just come back is not stormed (50 records each). */
export const spreadSeconds = 5;

/** As long as a worker can run, in seconds: its function's timeout, and so long a claim keeps others off. */
export const longestRun = 5 * 60;

/**
 * How long a record waits in the queue for what another worker is at, in seconds: the first time, the second, and from then
 * on. Most are through at once; the last is as long as the claim of a worker that died.
 */
export const overtakenSeconds = [15, 60, longestRun] as const;

/** How long a claim keeps other workers off. */
export const claimMilliseconds = longestRun * 1000;

/** Longer than a worker can run: the place of one that was killed is free again after that, and a pull's claim. */
export const outlivedMilliseconds = (longestRun + 60) * 1000;

/** A retry or release this late is lost: the schedule, or the message, would have come long before. */
export const lostMilliseconds = 15 * 60_000;

/** Nothing tells when somebody has settled a conflict in the peer itself: it is tried again once a day. */
export const conflictMilliseconds = 24 * 60 * 60_000;

/**
 * The delay after the given number of failed attempts (1 = the first one), in seconds,
 * or undefined when all tiers are used up.
 */
export function retryDelaySeconds(failedAttempts: number): number | undefined {
  return retryTiers[failedAttempts - 1];
}
