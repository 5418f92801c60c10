import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type BrakeState, brakeStateSchema } from '#shared/engine/brake.ts';
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

export interface InstancesStore {
  /** @throws InstanceRowError */
  get(id: string): Promise<Instance | undefined>;
  /** All instances; those whose settings cannot be read are in `unreadable`. A handful of rows, so a Scan. */
  list(): Promise<{ instances: Instance[]; unreadable: InstanceRowError[] }>;
  /** Registers an instance, or replaces its settings; what the link keeps on the row itself stays. */
  put(instance: Instance): Promise<void>;
  getBrake(instance: string, service: ServiceName): Promise<BrakeState>;
  /** Writes the state if nobody has written it since it was read, and answers whether it did. */
  saveBrake(instance: string, service: ServiceName, state: BrakeState): Promise<boolean>;
  addHolds(instance: string, service: ServiceName, change: number): Promise<void>;
}

/**
 * The MoodleInstances table. Settings are an item's own attributes; what the link keeps about an instance (the
 * brake's counts) lies beside them in `brake_{service}` and `holds_{service}`, so that neither overwrites the other.
 */
export function instancesStore(client: DynamoDBDocumentClient, table: string): InstancesStore {
  async function getItem(id: string): Promise<Item | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }),
    );
    return Item;
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
      const kept = Object.entries((await getItem(instance.id)) ?? {}).filter(([name]) =>
        /^(brake|holds)_/.test(name),
      );
      await client.send(
        new PutCommand({ TableName: table, Item: { ...Object.fromEntries(kept), ...instance } }),
      );
    },

    async getBrake(instance, service) {
      const item = await getItem(instance);
      return brakeStateSchema.parse({
        ...item?.[`brake_${service}`],
        holds: item?.[`holds_${service}`] ?? 0,
      });
    },

    async saveBrake(instance, service, { holds: _holds, revision, ...state }) {
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: { id: instance },
            UpdateExpression: 'SET #brake = :state',
            ConditionExpression:
              'attribute_exists(id) AND (attribute_not_exists(#brake) OR #brake.revision = :read)',
            ExpressionAttributeNames: { '#brake': `brake_${service}` },
            ExpressionAttributeValues: { ':state': { ...state, revision: revision + 1 }, ':read': revision },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
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

function toInstance(item: Item): Instance {
  const settings = Object.fromEntries(Object.entries(item).filter(([name]) => !/^(brake|holds)_/.test(name)));
  const parsed = instanceSchema.safeParse(settings);
  if (!parsed.success) throw new InstanceRowError(item.id, parsed.error);
  return parsed.data;
}
