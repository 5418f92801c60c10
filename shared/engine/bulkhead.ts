import * as z from 'zod';
import type { Instance } from './instance.ts';
import type { Clock, Log } from './ports.ts';
import { changeShared } from './shared-state.ts';

/** Which work units are calling an instance now: until when at the latest, in milliseconds since 1970, by message id. */
export const bulkheadStateSchema = z.object({
  revision: z.number().default(0),
  units: z.record(z.string(), z.number()).default({}),
});
export type BulkheadState = z.infer<typeof bulkheadStateSchema>;

/** Reads and writes the state; a narrow view of the instances table. */
export interface BulkheadStore {
  getBulkhead(instance: string): Promise<BulkheadState>;
  /** Writes the state if nobody has written it since it was read, and answers whether it did. */
  saveBulkhead(instance: string, state: BulkheadState): Promise<boolean>;
}

/**
 * Keeps one instance from taking all workers: a Moodle that hangs would hold each of them until its calls time out,
 * and the units of every other Moodle would wait for that.
 */
export interface Bulkhead {
  /** Asks for a worker for a unit; false where the instance has as many as it may have. */
  enter(instance: Instance, unit: string): Promise<boolean>;
  /** Gives the worker back. Never throws. */
  leave(instance: Instance, unit: string): Promise<void>;
}

/** How long a unit waits for a worker, in seconds: about as long as another one takes. */
export const bulkheadSeconds = 5;

/** Longer than a worker can run: the place of one that was killed is free again after that, in milliseconds. */
const longestUnit = 6 * 60_000;

/** The state with the unit in it, or undefined where there is no room. */
export function entered(
  state: BulkheadState,
  unit: string,
  mostUnits: number,
  now: number,
): BulkheadState | undefined {
  const running = Object.entries(state.units).filter(([id, until]) => id !== unit && until > now);
  if (running.length >= mostUnits) return undefined;
  return { ...state, units: { ...Object.fromEntries(running), [unit]: now + longestUnit } };
}

export interface BulkheadSettings {
  /** Workers that one instance may have at a time. */
  mostUnits: number;
  /** False where there is no other instance to keep a worker for. */
  isNeeded(): Promise<boolean>;
}

/** The bulkheads of all instances, over a store that all workers share. */
export function sharedBulkhead(
  store: BulkheadStore,
  { mostUnits, isNeeded }: BulkheadSettings,
  clock: Clock,
  log: Log,
): Bulkhead {
  return {
    async enter({ id }, unit) {
      if (!(await isNeeded())) return true;
      let hasRoom = true;
      await changeShared(stateOf(id), (state) => {
        const next = entered(state, unit, mostUnits, clock.now());
        hasRoom = next !== undefined;
        return next ?? state;
      });
      return hasRoom;
    },

    async leave({ id }, unit) {
      try {
        await changeShared(stateOf(id), (state) => {
          if (!(unit in state.units)) return state;
          const { [unit]: _left, ...units } = state.units;
          return { ...state, units };
        });
      } catch (error) {
        // The unit is done; its place comes free by itself.
        log.warn('A place at an instance was not given back', { instance: id, error });
      }
    },
  };

  function stateOf(id: string) {
    return {
      read: () => store.getBulkhead(id),
      save: (state: BulkheadState) => store.saveBulkhead(id, state),
    };
  }
}
