import * as z from 'zod';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { outlivedMilliseconds } from '#shared/sync/units/waits.ts';
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
  /** Asks for a worker for a unit, or takes the one that was kept for it; false where the instance has all it may have. */
  enter(instance: Called, unit: string): Promise<boolean>;
  /** Keeps a worker for a unit that is about to come; `taken` where somebody else has done so. */
  keep(instance: Called, unit: string): Promise<'kept' | 'taken' | 'full'>;
  /** Gives the worker back. Never throws. */
  leave(instance: Called, unit: string): Promise<void>;
}

type Called = { readonly id: string };

/** As many calls at a time as a Moodle bears beside its people (docs/decisions.md). */
const mostPerInstance = 4;

/** Workers that one instance may have at a time: where there are others, one is left to them. */
export function mostUnits(workers: number, areSeveral: boolean): number {
  return Math.max(1, Math.min(mostPerInstance, areSeveral ? workers - 1 : workers));
}

/** The state with the unit in it, or undefined where there is no room. */
export function entered(
  state: BulkheadState,
  unit: string,
  most: number,
  now: number,
): BulkheadState | undefined {
  const running = Object.entries(state.units).filter(([id, until]) => id !== unit && until > now);
  if (running.length >= most) return undefined;
  return { ...state, units: { ...Object.fromEntries(running), [unit]: now + outlivedMilliseconds } };
}

/**
 * The bulkheads of all instances, over a store that all workers share.
 *
 * @param mostUnits workers that one instance may have at a time
 */
export function sharedBulkhead(
  store: BulkheadStore,
  mostUnits: () => Promise<number>,
  clock: Clock,
  log: Log,
): Bulkhead {
  return {
    enter: ({ id }, unit) => enter(id, unit),

    async keep({ id }, unit) {
      let isTaken = false;
      const isKept = await enter(id, unit, (state) => {
        isTaken = (state.units[unit] ?? 0) > clock.now();
        return !isTaken;
      });
      if (isTaken) return 'taken';
      return isKept ? 'kept' : 'full';
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

  /** @param isWanted false leaves everything as it is */
  async function enter(
    id: string,
    unit: string,
    isWanted: (state: BulkheadState) => boolean = () => true,
  ): Promise<boolean> {
    const most = await mostUnits();
    let isIn = false;
    await changeShared(stateOf(id), (state) => {
      const next = isWanted(state) ? entered(state, unit, most, clock.now()) : undefined;
      isIn = next !== undefined;
      return next ?? state;
    });
    return isIn;
  }

  function stateOf(id: string) {
    return {
      read: () => store.getBulkhead(id),
      save: (state: BulkheadState) => store.saveBulkhead(id, state),
    };
  }
}
