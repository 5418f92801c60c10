import * as z from 'zod';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { changeShared } from './shared-state.ts';

/** What the brake knows of one service in one instance. Times are ISO 8601 in UTC. */
export const brakeStateSchema = z.object({
  revision: z.number().default(0),
  /** When the running hour began, and how much was subtracted in it. */
  since: z.string().optional(),
  count: z.number().default(0),
  /** Since when the brake is on. */
  engaged_at: z.string().optional(),
  /** The operator's word: until then everything may be subtracted. */
  released_until: z.string().optional(),
  /** The operator's other word, of marks: until then what would be taken back stays for good. */
  kept_until: z.string().optional(),
  /** How many entities the instance holds. */
  holds: z.number().default(0),
});
export type BrakeState = z.infer<typeof brakeStateSchema>;

/** Reads and writes the state; a narrow view of the instances table. */
export interface BrakeStore {
  getBrake(instance: string, service: string): Promise<BrakeState>;
  /** Writes the state if nobody has written it since it was read, and answers whether it did. */
  saveBrake(instance: string, service: string, state: BrakeState): Promise<boolean>;
  addHolds(instance: string, service: string, change: number): Promise<void>;
}

/** What has a brake: a Moodle. */
export interface Braked {
  readonly id: string;
  readonly brake: { share: number; minimum: number };
}

/** Counts what is suspended, unenrolled or hidden, and stops it when it is too much. */
export interface Brake {
  /** Asks to subtract `count` entities now; false means that the brake is on and nothing may be subtracted. */
  reserve(instance: Braked, service: string, count: number): Promise<boolean>;
  /** Tells how much is about to be asked for in all, so that the brake stops before the first part of it. */
  announce(instance: Braked, service: string, count: number): Promise<boolean>;
  /** Gives back what was reserved and not made: it is asked for again when it is tried again. */
  giveBack(instance: Braked, service: string, count: number): Promise<void>;
  /** Notes how many more (or fewer) entities the instance holds: the base of the brake's share. */
  addHolds(instance: Braked, service: string, change: number): Promise<void>;
}

/** The brake on the way back from Moodle. */
export interface MarksBrake {
  /**
   * Asks to take `count` marks back now.
   *
   * @param isTooMuch whether the operator has to be asked whatever else was taken back
   * @returns `held`: the brake is on, and they wait; `kept`: the operator has said that they stay for good
   */
  takeBack(
    instance: Braked,
    name: string,
    count: number,
    isTooMuch?: boolean,
  ): Promise<'taken' | 'held' | 'kept'>;
  /** Notes how many more (or fewer) marks there are: the base of the brake's share. */
  addHolds(instance: Braked, name: string, change: number): Promise<void>;
}

const hour = 60 * 60 * 1000;

/** How much an instance may lose in an hour, given what it holds. */
export function brakeLimit(settings: Braked['brake'], holds: number): number {
  return Math.max(settings.minimum, Math.floor(settings.share * holds));
}

/** Whether the brake is on: it was engaged, and the operator has not released it since. */
export function isBrakeOn({ engaged_at, released_until }: Partial<BrakeState>): boolean {
  return engaged_at !== undefined && (released_until === undefined || engaged_at >= released_until);
}

/**
 * The state after asking to subtract `count`, and whether it may be done. Once on, the brake stays on until the
 * operator releases it.
 *
 * @param now milliseconds since 1970
 * @param isTooMuch whether it is too much whatever the instance holds
 */
export function askBrake<State extends Omit<BrakeState, 'revision'>>(
  state: State,
  settings: Braked['brake'],
  count: number,
  now: number,
  isTooMuch = false,
): { allowed: boolean; state: State } {
  if (state.released_until !== undefined && now < Date.parse(state.released_until))
    return { allowed: true, state };
  if (isBrakeOn(state)) return { allowed: false, state };
  const isRunning = state.since !== undefined && now - Date.parse(state.since) < hour;
  const since = isRunning ? state.since! : new Date(now).toISOString();
  const total = (isRunning ? state.count : 0) + count;
  if (isTooMuch || total > brakeLimit(settings, state.holds)) {
    return { allowed: false, state: { ...state, engaged_at: new Date(now).toISOString() } };
  }
  return { allowed: true, state: { ...state, engaged_at: undefined, since, count: total } };
}

/** The state once the operator has given the word. @param until milliseconds since 1970 */
export function releaseBrake<State extends Partial<BrakeState>>(state: State, until: number): State {
  return { ...state, released_until: new Date(until).toISOString() };
}

/** The state once the operator has said that what is held stays: the brake is off again. @param until as before */
export function keepHeld({ engaged_at: _engaged, ...state }: BrakeState, until: number): BrakeState {
  return { ...state, kept_until: new Date(until).toISOString() };
}

/** The state after `count` of what was asked for has not been made. */
export function giveBack(state: BrakeState, count: number): BrakeState {
  const left = Math.max(0, state.count - count);
  return left === state.count ? state : { ...state, count: left };
}

/** The brake over a store that all workers share. */
export function sharedBrake(store: BrakeStore, clock: Clock, log: Log): Brake & MarksBrake {
  return {
    takeBack: async (instance, name, count, isTooMuch) => {
      const { kept_until } = await store.getBrake(instance.id, name);
      if (kept_until !== undefined && clock.now() < Date.parse(kept_until)) return 'kept';
      return (await ask(instance, name, count, true, isTooMuch)) ? 'taken' : 'held';
    },
    reserve: (instance, service, count) => ask(instance, service, count, true),
    announce: (instance, service, count) => ask(instance, service, count, false),
    giveBack: async (instance, service, count) => {
      await changeShared(stateOf(instance, service), (state) => giveBack(state, count));
    },
    addHolds: (instance, service, change) => store.addHolds(instance.id, service, change),
  };

  function stateOf({ id }: Braked, service: string) {
    return {
      read: () => store.getBrake(id, service),
      save: (next: BrakeState) => store.saveBrake(id, service, next),
    };
  }

  /** @param isReserved false for what is only announced: it is counted when it is made */
  async function ask(
    instance: Braked,
    service: string,
    count: number,
    isReserved: boolean,
    isTooMuch = false,
  ): Promise<boolean> {
    let allowed = true;
    const { before, after } = await changeShared(stateOf(instance, service), (current) => {
      const answer = askBrake(current, instance.brake, count, clock.now(), isTooMuch);
      allowed = answer.allowed;
      return isReserved || !allowed ? answer.state : current;
    });
    if (after.engaged_at !== undefined && before.engaged_at === undefined) {
      log.error('The brake is on: too much would be suspended, unenrolled, hidden or taken back', {
        instance: instance.id,
        push_service: service,
        asked: count,
        counted: before.count,
        limit: brakeLimit(instance.brake, before.holds),
      });
    }
    return allowed;
  }
}
