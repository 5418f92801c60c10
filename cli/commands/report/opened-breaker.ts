import type { BreakerState } from '#shared/sync/limits/breaker.ts';

/** Since when nobody is called but by probes, and why. */
export interface OpenedBreaker {
  /** ISO 8601 in UTC. */
  opened_at: string;
  code: string;
}

/** Undefined where the breaker is closed. */
export function openedBreaker({
  opened_at,
  code = '',
}: Pick<BreakerState, 'opened_at' | 'code'>): OpenedBreaker | undefined {
  return opened_at === undefined ? undefined : { opened_at: new Date(opened_at).toISOString(), code };
}
