import { type Health, healthSchema } from '#shared/moodle/health/health.ts';
import type { InstanceState } from '#shared/moodle/health/staleness.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Change, Table } from '#shared/store/table.ts';
import { brakeStateSchema, isBrakeOn } from '#shared/sync/limits/brake.ts';
import { breakerStateSchema } from '#shared/sync/limits/breaker.ts';
import { type InstanceRowError, isThere, readableOf, toInstance } from './instances-store.ts';

/** An instance and how it fares. */
export interface WatchedInstance {
  instance: Instance;
  state: InstanceState;
}

/** How the instances fare, kept in the MoodleInstances table beside their settings. */
export interface InstanceStates {
  /** All instances; those whose settings cannot be read are in `unreadable`. A handful of rows, so a Scan. */
  list(): Promise<{ instances: WatchedInstance[]; unreadable: InstanceRowError[] }>;
  get(instance: string): Promise<InstanceState | undefined>;
  /** Stores the result of a check; one that did not fail is a success of the instance. */
  saveHealth(instance: string, health: Health): Promise<void>;
  /** Notes a success. @param at ISO 8601 in UTC */
  noteSuccess(instance: string, at: string): Promise<void>;
  /** Notes that the Moodle was compared with the mappings. @param at ISO 8601 in UTC */
  noteCompared(instance: string, at: string): Promise<void>;
}

export const instanceStates = tableStore(
  'InstancesTable',
  {
    list: 'Scan',
    get: 'GetItem',
    saveHealth: 'UpdateItem',
    noteSuccess: 'UpdateItem',
    noteCompared: 'UpdateItem',
  },
  openStates,
);

function openStates(table: Table): InstanceStates {
  const change = async (id: string, what: Change) => {
    await table.change({ id }, what, isThere);
  };

  return {
    async list() {
      return readableOf(await table.all(), (item) => ({
        instance: toInstance(item),
        state: toState(item),
      }));
    },

    async get(id) {
      const item = await table.item({ id });
      return item && toState(item);
    },

    saveHealth(id, health) {
      const { checked_at: at, release, status } = health;
      // A Moodle that did not answer is still the release that it was.
      const set = {
        health,
        moodle_release: release,
        last_successful_sync: status === 'failed' ? undefined : at,
      };
      return change(id, { set, begin: { watched_since: at } });
    },

    noteCompared: (id, at) => change(id, { set: { compared_at: at } }),

    noteSuccess: (id, at) => change(id, { set: { last_successful_sync: at } }),
  };
}

function toState(item: Item): InstanceState {
  const brakes = Object.entries(item).filter(([name]) => name.startsWith('brake_'));
  return {
    last_successful_sync: item.last_successful_sync as string | undefined,
    compared_at: item.compared_at as string | undefined,
    watched_since: item.watched_since as string | undefined,
    health: healthSchema.optional().parse(item.health),
    brakesOn: brakes.filter(([, state]) => isBrakeOn(brakeStateSchema.parse(state))).length,
    isBreakerOpen: breakerStateSchema.parse(item.breaker ?? {}).opened_at !== undefined,
  };
}
