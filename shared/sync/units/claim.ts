import { claimMilliseconds } from './waits.ts';

/** Something that a worker has begun with; a worker that dies leaves it behind. ISO 8601 in UTC. */
export type Claimable = { claimed_until?: string | undefined };

/** When a claim ends that is made now. @param now milliseconds since 1970 */
export function claimFrom(now: number): string {
  return new Date(now + claimMilliseconds).toISOString();
}

/** Whether another worker may be at it. @param now milliseconds since 1970 */
export function isClaimed({ claimed_until: until }: Claimable, now: number): boolean {
  return until !== undefined && Date.parse(until) > now;
}
