import * as z from 'zod';
import type { ServiceName } from '#shared/models/services.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Condition, Table } from '#shared/store/table.ts';
import { type BrakeStore, brakeStateSchema } from '#shared/sync/limits/brake.ts';
import { type BreakerStore, breakerStateSchema } from '#shared/sync/limits/breaker.ts';
import { type BulkheadStore, bulkheadStateSchema } from '#shared/sync/limits/bulkhead.ts';

/** An instance whose row in the table cannot be read: nothing is pushed to it until it is corrected. */
export class InstanceRowError extends Error {
  override name = 'InstanceRowError';
  readonly instance: string;

  constructor(id: unknown, error: z.ZodError) {
    super(`The instance ${String(id)} has settings that cannot be read: ${z.prettifyError(error)}`);
    this.instance = String(id);
  }
}

export interface InstancesStore extends BrakeStore, BreakerStore, BulkheadStore {
  /** Corrects how many entities of a service the instance holds, once they have been counted. */
  setHolds(instance: string, service: ServiceName, holds: number): Promise<void>;
  /** @throws InstanceRowError */
  get(id: string): Promise<Instance | undefined>;
  /** Ids of all instances, also of those whose settings cannot be read. */
  ids(): Promise<string[]>;
  /** All instances; those whose settings cannot be read are in `unreadable`. A handful of rows, so a Scan. */
  list(): Promise<{ instances: Instance[]; unreadable: InstanceRowError[] }>;
  /** The settings in an instance's row as they were written, also where they cannot be read. */
  settings(id: string): Promise<Item | undefined>;
  /** Registers an instance, or replaces its settings; what the link keeps on the row itself stays. */
  put(settings: InstanceSettings): Promise<void>;
  /** Registers an instance, unless there is one with this id, and answers whether it did. */
  create(settings: InstanceSettings): Promise<boolean>;
  /** Takes the row away, with all that the link keeps on it. */
  remove(id: string): Promise<void>;
}

/** Settings to store; what is left out has its default. */
export type InstanceSettings = Item & { id: string };

/**
 * The MoodleInstances table. Settings are an item's own attributes; what the link keeps about an instance (the
 * brake's counts, the breaker, its health: instance-states.ts) lies beside them in attributes of its own, so that
 * neither overwrites the other.
 */
export const instancesStore = tableStore(
  'InstancesTable',
  {
    get: 'GetItem',
    ids: 'Scan',
    list: 'Scan',
    settings: 'GetItem',
    put: ['GetItem', 'UpdateItem'],
    create: 'PutItem',
    remove: 'DeleteItem',
    getBrake: 'GetItem',
    saveBrake: 'UpdateItem',
    getBreaker: 'GetItem',
    saveBreaker: 'UpdateItem',
    getBulkhead: 'GetItem',
    saveBulkhead: 'UpdateItem',
    setHolds: 'UpdateItem',
    addHolds: 'UpdateItem',
  },
  openInstances,
);

function openInstances(table: Table): InstancesStore {
  /** Writes a state kept on the row if it still has the revision that was read. */
  function saveState(id: string, attribute: string, state: { revision: number }): Promise<boolean> {
    const set = { [attribute]: { ...state, revision: state.revision + 1 } };
    const condition = {
      expression: 'attribute_exists(id) AND (attribute_not_exists(#state) OR #state.revision = :read)',
      names: { '#state': attribute },
      values: { ':read': state.revision },
    };
    return table.change({ id }, { set }, condition);
  }

  return {
    async get(id) {
      const item = await table.item({ id });
      return item && toInstance(item);
    },

    async ids() {
      return (await table.all()).map(({ id }) => String(id));
    },

    list: async () => readableOf(await table.all(), toInstance),

    async settings(id) {
      const item = await table.item({ id });
      return item && settingsOf(item);
    },

    // Only the settings are written: whatever workers note on the row at the same moment stays.
    async put({ id, ...settings }) {
      const before = await table.item({ id });
      const known = Object.keys(before ? settingsOf(before) : {}).filter((name) => name !== 'id');
      const remove = known.filter((name) => settings[name] === undefined);
      await table.change({ id }, { set: settings, remove });
    },

    create: (settings) => table.put(settings, { expression: 'attribute_not_exists(id)' }),

    async remove(id) {
      await table.delete({ id });
    },

    async getBrake(instance, service) {
      const item = await table.item({ id: instance });
      const holds = item?.[`holds_${service}`] ?? 0;
      return brakeStateSchema.parse({ ...item?.[`brake_${service}`], holds });
    },

    saveBrake: (instance, service, { holds: _holds, ...state }) =>
      saveState(instance, `brake_${service}`, state),

    async getBreaker(instance) {
      return breakerStateSchema.parse((await table.item({ id: instance }))?.breaker ?? {});
    },

    saveBreaker: (instance, state) => saveState(instance, 'breaker', state),

    async getBulkhead(instance) {
      return bulkheadStateSchema.parse((await table.item({ id: instance }))?.bulkhead ?? {});
    },

    saveBulkhead: (instance, state) => saveState(instance, 'bulkhead', state),

    async setHolds(id, service, holds) {
      // Not written where the instance was removed while it was counted.
      await table.change({ id }, { set: { [`holds_${service}`]: holds } }, isThere);
    },

    async addHolds(id, service, change) {
      await table.change({ id }, { add: { [`holds_${service}`]: change } });
    },
  };
}

/** An instance that was removed meanwhile is not brought back as half a row. */
export const isThere: Condition = { expression: 'attribute_exists(id)' };

/** What is read of some rows; those that cannot be read are in `unreadable`. */
export function readableOf<Read>(
  items: readonly Item[],
  read: (item: Item) => Read,
): { instances: Read[]; unreadable: InstanceRowError[] } {
  const instances: Read[] = [];
  const unreadable: InstanceRowError[] = [];
  for (const item of items) {
    try {
      instances.push(read(item));
    } catch (error) {
      if (!(error instanceof InstanceRowError)) throw error;
      unreadable.push(error);
    }
  }
  return { instances, unreadable };
}

/** Whether an attribute of a row is kept by the link and no setting of the operator. */
function isKept(name: string): boolean {
  return /^(brake_|holds_|(breaker|bulkhead|health|moodle_release|last_successful_sync|compared_at|watched_since)$)/.test(
    name,
  );
}

function settingsOf(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !isKept(name)));
}

/** The settings in a row. @throws InstanceRowError */
export function toInstance(item: Item): Instance {
  const parsed = instanceSchema.safeParse(settingsOf(item));
  if (!parsed.success) throw new InstanceRowError(item.id, parsed.error);
  return { ...parsed.data, release: item.moodle_release as string | undefined };
}
