import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type BrakeStore, brakeStateSchema } from '#shared/engine/brake.ts';
import { type BreakerStore, breakerStateSchema } from '#shared/engine/breaker.ts';
import { type BulkheadStore, bulkheadStateSchema } from '#shared/engine/bulkhead.ts';
import type { ServiceName } from '#shared/engine/entity.ts';
import { type Instance, instanceSchema } from '#shared/engine/instance.ts';
import type { Item } from './documents.ts';

/** An instance whose row in the table cannot be read: nothing is pushed to it until it is corrected. */
export class InstanceRowError extends Error {
  override name = 'InstanceRowError';

  constructor(id: unknown, error: z.ZodError) {
    super(`The instance ${String(id)} has settings that cannot be read: ${z.prettifyError(error)}`);
  }
}

export interface InstancesStore extends BrakeStore, BreakerStore, BulkheadStore {
  /** Corrects how many entities of a service the instance holds, once they have been counted. */
  setHolds(instance: string, service: ServiceName, holds: number): Promise<void>;
  /** @throws InstanceRowError */
  get(id: string): Promise<Instance | undefined>;
  /** All instances; those whose settings cannot be read are in `unreadable`. A handful of rows, so a Scan. */
  list(): Promise<{ instances: Instance[]; unreadable: InstanceRowError[] }>;
  /** Registers an instance, or replaces its settings; what the link keeps on the row itself stays. */
  put(instance: Instance): Promise<void>;
}

/**
 * The MoodleInstances table. Settings are an item's own attributes; what the link keeps about an instance (the
 * brake's counts, the breaker, its health: instance-states.ts) lies beside them in attributes of its own, so that
 * neither overwrites the other.
 */
export function instancesStore(client: DynamoDBDocumentClient, table: string): InstancesStore {
  async function getItem(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }),
    );
    return Item;
  }

  /** Writes a state kept on the row if it still has the revision that was read. */
  async function saveState(id: string, attribute: string, state: { revision: number }): Promise<boolean> {
    try {
      await client.send(
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
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  return {
    async get(id) {
      const item = await getItem(id);
      return item && toInstance(item);
    },

    async list() {
      const instances: Instance[] = [];
      const unreadable: InstanceRowError[] = [];
      for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
        for (const item of page.Items ?? []) {
          try {
            instances.push(toInstance(item));
          } catch (error) {
            if (!(error instanceof InstanceRowError)) throw error;
            unreadable.push(error);
          }
        }
      }
      return { instances, unreadable };
    },

    async put(instance) {
      const kept = Object.entries((await getItem(instance.id)) ?? {}).filter(([name]) => isKept(name));
      await client.send(
        new PutCommand({ TableName: table, Item: { ...Object.fromEntries(kept), ...instance } }),
      );
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
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: instance },
            UpdateExpression: 'SET #holds = :holds',
            ConditionExpression: 'attribute_exists(id)',
            ExpressionAttributeNames: { '#holds': `holds_${service}` },
            ExpressionAttributeValues: { ':holds': holds },
          }),
        );
      } catch (error) {
        // The instance was removed while it was counted.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
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
  return /^(brake_|holds_|(breaker|bulkhead|health|last_successful_sync|watched_since)$)/.test(name);
}

/** The settings in a row. @throws InstanceRowError */
export function toInstance(item: Item): Instance {
  const settings = Object.fromEntries(Object.entries(item).filter(([name]) => !isKept(name)));
  const parsed = instanceSchema.safeParse(settings);
  if (!parsed.success) throw new InstanceRowError(item.id, parsed.error);
  return parsed.data;
}
