import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Health } from './health.ts';

/*
 * Staleness says whether the link to an instance is alive, not whether every record arrived.
 *
 * A success of an instance is one of two things:
 * - a work unit brought at least one entity to Moodle;
 * - a health check got the site info and found nothing that stops the sync.
 *
 * An active instance is stale when its last success is older than its `stale_after_hours`. Where nothing changes,
 * for a weekend or a term break, no unit succeeds: so an instance that has been quiet for a quarter of that time is
 * checked at once, and stays fresh as long as Moodle answers. A record that Moodle refuses makes nothing stale (its
 * mapping, and in the end PermanentlyFailed, tell of it), nor does a worker that stands still (the age of PushQueue).
 */

/** What the link keeps about how an instance fares. Times are ISO 8601 in UTC. */
export interface InstanceState {
  last_successful_sync?: string | undefined;
  /** When it was checked for the first time: the age of an instance without any success counts from here. */
  watched_since?: string | undefined;
  /** When the Moodle was compared with the mappings last. */
  compared_at?: string | undefined;
  health?: Health | undefined;
  /** How many services have their brake on. */
  brakesOn: number;
  isBreakerOpen: boolean;
}

const hourSeconds = 60 * 60;
/** The part of its threshold after which a quiet instance is asked whether it is there. */
const quietShare = 0.25;

/** Seconds since the instance's last success, or since it has been watched where there was none. */
export function secondsSinceSuccess(state: InstanceState, now: number): number {
  const since = state.last_successful_sync ?? state.watched_since;
  return since === undefined ? 0 : Math.max(0, Math.round((now - Date.parse(since)) / 1000));
}

/** Whether the link to the instance has been dead for too long. @param now milliseconds since 1970 */
export function isStale(instance: Instance, state: InstanceState, now: number): boolean {
  return secondsSinceSuccess(state, now) > instance.stale_after_hours * hourSeconds;
}

/** Whether an instance is to be checked before its turn: it was never checked, failed the last time, or is quiet. */
export function needsCheck(instance: Instance, state: InstanceState, now: number): boolean {
  if (!state.health || state.health.status === 'failed') return true;
  return secondsSinceSuccess(state, now) >= instance.stale_after_hours * hourSeconds * quietShare;
}
