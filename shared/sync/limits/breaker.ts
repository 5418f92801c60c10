import * as z from 'zod';
import type { Failure } from '#shared/sync/failure.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { waitSeconds } from '#shared/sync/units/waits.ts';
import { changeShared } from './shared-state.ts';

/**
 * What all workers share about an instance that does not answer, or refuses the link as such. Times are
 * milliseconds since 1970.
 */
export const breakerStateSchema = z.object({
  revision: z.number().default(0),
  /** Failures of the instance in a row. */
  failures: z.number().default(0),
  /** Set while the breaker is open: since when, why, and when the next probe may be made. */
  opened_at: z.number().optional(),
  code: z.string().optional(),
  probe_at: z.number().optional(),
  /** Probes made since it opened. */
  probes: z.number().default(0),
});
export type BreakerState = z.infer<typeof breakerStateSchema>;

/** Reads and writes the state; a narrow view of the instances table. */
export interface BreakerStore {
  getBreaker(instance: string): Promise<BreakerState>;
  /** Writes the state if nobody has written it since it was read, and answers whether it did. */
  saveBreaker(instance: string, state: BreakerState): Promise<boolean>;
}

/** Failures in a row after which nobody calls the instance any more: one lost connection is no outage. */
const failuresToOpen = 3;

/** Pauses between probes, in seconds; the last one repeats. Soon after a restart, and 8 calls an hour in a long outage. */
const probePauses = [60, 120, 300, 600] as const;

/** What a worker may do: call the instance, probe it (and the next probe is in so many seconds), or wait. */
export type Admission =
  | { kind: 'call' }
  | { kind: 'probe'; nextSeconds: number }
  | { kind: 'wait'; seconds: number };

/** What a worker may do at a time, by the state alone. */
export function admission(state: BreakerState, now: number): Admission {
  if (state.opened_at === undefined) return { kind: 'call' };
  const wait = (state.probe_at ?? now) - now;
  if (wait > 0) return { kind: 'wait', seconds: Math.ceil(wait / 1000) };
  return { kind: 'probe', nextSeconds: pause(state.probes + 1) / 1000 };
}

/** The state after an instance has failed: what says that it is misconfigured opens the breaker at once. */
export function afterFailure(state: BreakerState, failure: Failure, now: number): BreakerState {
  const failures = state.failures + 1;
  if (state.opened_at !== undefined) return { ...state, failures, code: failure.code };
  if (failure.class !== 'misconfigured' && failures < failuresToOpen) return { ...state, failures };
  return { ...state, failures, code: failure.code, opened_at: now, probes: 0, probe_at: now + pause(0) };
}

/** The state once a worker has taken the probe: the others wait for its end, or for the next one if it dies. */
export function afterProbeTaken(state: BreakerState, now: number): BreakerState {
  const probes = state.probes + 1;
  return { ...state, probes, probe_at: now + pause(probes) };
}

/** The state of an instance that answers. */
export function closed(state: BreakerState): BreakerState {
  if (state.failures === 0 && state.opened_at === undefined) return state;
  return { revision: state.revision, failures: 0, probes: 0 };
}

/**
 * Whether somebody still asks, from time to time, if what cannot be called is back. Where nobody has for long, the message
 * that had to is lost.
 */
export function isWaitedFor({ opened_at, probe_at }: BreakerState, now: number): boolean {
  if (opened_at === undefined) return false;
  return (probe_at ?? opened_at) + 2 * waitSeconds * 1000 > now;
}

/** Something that is called by many workers: an instance, or the ERP. */
type Called = { readonly id: string };

/** The breakers of all instances. */
export interface Breaker {
  /** Asks before a unit; at most one worker at a time gets to probe. */
  admit(instance: Called): Promise<Admission>;
  /** Notes a failure of the instance; answers in how many seconds the first probe is where this opened the breaker. */
  failed(instance: Called, failure: Failure): Promise<number | undefined>;
  /** Notes that the instance answers; true if the breaker was open until now. */
  answered(instance: Called): Promise<boolean>;
  isOpen(instance: Called): Promise<boolean>;
}

/** The breaker over a store that all workers share. */
export function sharedBreaker(store: BreakerStore, clock: Clock, log: Log): Breaker {
  return { admit, failed, answered, isOpen };

  async function admit({ id }: Called): Promise<Admission> {
    const state = await store.getBreaker(id);
    const now = clock.now();
    const asked = admission(state, now);
    if (asked.kind !== 'probe') return asked;
    const taken = afterProbeTaken(state, now);
    if (await store.saveBreaker(id, taken)) return asked;
    // Somebody else was first: the probe is theirs.
    return admission(taken, now);
  }

  async function failed({ id }: Called, failure: Failure): Promise<number | undefined> {
    const { before, after } = await changeShared(stateOf(id), (state) =>
      afterFailure(state, failure, clock.now()),
    );
    if (after.opened_at === undefined || before.opened_at !== undefined) return undefined;
    log.error('The breaker is open: the instance does not answer or refuses the link', {
      instance: id,
      failure_class: failure.class,
      code: failure.code,
      reason: failure.reason,
    });
    return pause(0) / 1000;
  }

  async function isOpen({ id }: Called): Promise<boolean> {
    return (await store.getBreaker(id)).opened_at !== undefined;
  }

  async function answered({ id }: Called): Promise<boolean> {
    const { before } = await changeShared(stateOf(id), closed);
    if (before.opened_at === undefined) return false;
    log.info('The breaker is closed: the instance is back', { instance: id, probes: before.probes });
    return true;
  }

  function stateOf(id: string) {
    return { read: () => store.getBreaker(id), save: (state: BreakerState) => store.saveBreaker(id, state) };
  }
}

function pause(probes: number): number {
  return (probePauses[probes] ?? probePauses.at(-1)!) * 1000;
}
