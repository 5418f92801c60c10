import type { BreakerState } from '#shared/sync/limits/breaker.ts';
import type { Instance } from './instance.ts';

/** Whether anything is pushed to an instance or pulled from it now, and if not, why and what to do, as sentences. */
export type Availability =
  | { kind: 'ready' }
  | { kind: 'paused' | 'disabled' | 'away'; reason: string; advice: string };

/** Whether an instance is available by its own status and its breaker. */
export function availabilityOf(
  { id, status }: Instance,
  { opened_at, code, probe_at }: BreakerState,
): Availability {
  if (status === 'paused') {
    return {
      kind: 'paused',
      reason: `The instance ${id} is paused: changes wait.`,
      advice: `\`oec-moodle instance resume ${id}\` lets it go on.`,
    };
  }
  if (status === 'disabled') {
    return {
      kind: 'disabled',
      reason: `The instance ${id} is disabled: nothing goes there or comes from there.`,
      advice: 'Set its status to active to have it synced again.',
    };
  }
  if (opened_at === undefined) return { kind: 'ready' };
  const probe = probe_at === undefined ? '' : ` It is asked again from ${timeOf(probe_at)} on.`;
  return {
    kind: 'away',
    reason: `The instance ${id} does not answer, or refuses the link, since ${timeOf(opened_at)} (${code ?? 'unknown'}).`,
    advice: `\`oec-moodle instance test ${id}\` says what is wrong; what waits goes on by itself once it is back.${probe}`,
  };
}

/** @param at milliseconds since 1970 */
function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
