/**
 * How long a failed record waits before each further attempt, in seconds: 5 min, 30 min, 4 h, 24 h.
 * Short enough for a restart of Moodle, long enough for an administrator's day; then the record is permanently failed.
 */
export const retryTiers = [5 * 60, 30 * 60, 4 * 60 * 60, 24 * 60 * 60] as const;

/** How long a unit waits that could not be tried (brake, pause, misconfiguration): SQS delays no message longer. */
export const waitSeconds = 15 * 60;

/**
 * The delay after the given number of failed attempts (1 = the first one), in seconds,
 * or undefined when all tiers are used up.
 */
export function retryDelaySeconds(failedAttempts: number): number | undefined {
  return retryTiers[failedAttempts - 1];
}
