import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { ServiceName } from '#shared/models/services.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { isWritten } from '#shared/store/conditional-write.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
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

function openInstances(client: DynamoDBDocumentClient, table: string): InstancesStore {
  async function getItem(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }),
    );
    return Item;
  }

  async function all(): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
      items.push(...(page.Items ?? []));
    return items;
  }

  /** Writes a state kept on the row if it still has the revision that was read. */
  async function saveState(id: string, attribute: string, state: { revision: number }): Promise<boolean> {
    return isWritten(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: 'SET #state = :state',
          ConditionExpression:
            'attribute_exists(id) AND (attribute_not_exists(#state) OR #state.revision = :read)',
          ExpressionAttributeNames: { '#state': attribute },
          ExpressionAttributeValues: {
            ':state': { ...state, revision: state.revision + 1 },
            ':read': state.revision,
          },
        }),
      ),
    );
  }

  return {
    async get(id) {
      const item = await getItem(id);
      return item && toInstance(item);
    },

    async ids() {
      return (await all()).map(({ id }) => String(id));
    },

    async list() {
      const instances: Instance[] = [];
      const unreadable: InstanceRowError[] = [];
      for (const item of await all()) {
        try {
          instances.push(toInstance(item));
        } catch (error) {
          if (!(error instanceof InstanceRowError)) throw error;
          unreadable.push(error);
        }
      }
      return { instances, unreadable };
    },

    async settings(id) {
      const item = await getItem(id);
      return item && settingsOf(item);
    },

    // Only the settings are written: whatever workers note on the row at the same moment stays.
    async put({ id, ...settings }) {
      const before = await getItem(id);
      const names = Object.keys(before ? settingsOf(before) : {}).filter((name) => name !== 'id');
      const values = Object.entries(settings).filter(([, value]) => value !== undefined);
      const gone = names.filter((name) => settings[name] === undefined);
      const name = (index: number) => `#name${index}`;
      const all = [...values.map(([key]) => key), ...gone];
      const set = values.map((_, index) => `${name(index)} = :value${index}`);
      const remove = gone.map((_, index) => name(values.length + index));
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          UpdateExpression: [
            ...(set.length > 0 ? [`SET ${set.join(', ')}`] : []),
            ...(remove.length > 0 ? [`REMOVE ${remove.join(', ')}`] : []),
          ].join(' '),
          ExpressionAttributeNames: Object.fromEntries(all.map((key, index) => [name(index), key])),
          ExpressionAttributeValues: Object.fromEntries(
            values.map(([, value], index) => [`:value${index}`, value]),
          ),
        }),
      );
    },

    create: (settings) =>
      isWritten(
        client.send(
          new PutCommand({
            TableName: table,
            Item: settings,
            ConditionExpression: 'attribute_not_exists(id)',
          }),
        ),
      ),

    async remove(id) {
      await client.send(new DeleteCommand({ TableName: table, Key: { id } }));
    },

    async getBrake(instance, service) {
      const item = await getItem(instance);
      const holds = item?.[`holds_${service}`] ?? 0;
      return brakeStateSchema.parse({ ...item?.[`brake_${service}`], holds });
    },

    saveBrake: (instance, service, { holds: _holds, ...state }) =>
      saveState(instance, `brake_${service}`, state),

    async getBreaker(instance) {
      return breakerStateSchema.parse((await getItem(instance))?.breaker ?? {});
    },

    saveBreaker: (instance, state) => saveState(instance, 'breaker', state),

    async getBulkhead(instance) {
      return bulkheadStateSchema.parse((await getItem(instance))?.bulkhead ?? {});
    },

    saveBulkhead: (instance, state) => saveState(instance, 'bulkhead', state),

    async setHolds(instance, service, holds) {
      // Not written where the instance was removed while it was counted.
      await isWritten(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: instance },
            UpdateExpression: 'SET #holds = :holds',
            ConditionExpression: 'attribute_exists(id)',
            ExpressionAttributeNames: { '#holds': `holds_${service}` },
            ExpressionAttributeValues: { ':holds': holds },
          }),
        ),
      );
    },

    async addHolds(instance, service, change) {
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id: instance },
          UpdateExpression: 'ADD #holds :change',
          ExpressionAttributeNames: { '#holds': `holds_${service}` },
          ExpressionAttributeValues: { ':change': change },
        }),
      );
    },
  };
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
