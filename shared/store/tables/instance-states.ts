import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateScan,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type Health, healthSchema } from '#shared/moodle/health/health.ts';
import type { InstanceState } from '#shared/moodle/health/staleness.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { isWritten } from '#shared/store/conditional-write.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import { brakeStateSchema, isBrakeOn } from '#shared/sync/limits/brake.ts';
import { breakerStateSchema } from '#shared/sync/limits/breaker.ts';
import { InstanceRowError, toInstance } from './instances-store.ts';

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

function openStates(client: DynamoDBDocumentClient, table: string): InstanceStates {
  /** An instance that was removed meanwhile is not brought back as half a row. */
  async function update(
    id: string,
    change: Pick<UpdateCommandInput, 'UpdateExpression' | 'ExpressionAttributeValues'>,
  ) {
    await isWritten(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: { id },
          ConditionExpression: 'attribute_exists(id)',
          ...change,
        }),
      ),
    );
  }

  return {
    async list() {
      const instances: WatchedInstance[] = [];
      const unreadable: InstanceRowError[] = [];
      for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
        for (const item of page.Items ?? []) {
          try {
            instances.push({ instance: toInstance(item), state: toState(item) });
          } catch (error) {
            if (!(error instanceof InstanceRowError)) throw error;
            unreadable.push(error);
          }
        }
      }
      return { instances, unreadable };
    },

    async get(id) {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }),
      );
      return Item && toState(Item);
    },

    saveHealth(id, health) {
      const success = health.status === 'failed' ? '' : ', last_successful_sync = :at';
      // A Moodle that did not answer is still the release that it was.
      const release = health.release === undefined ? '' : ', moodle_release = :release';
      return update(id, {
        UpdateExpression: `SET health = :health, watched_since = if_not_exists(watched_since, :at)${success}${release}`,
        ExpressionAttributeValues: {
          ':health': health,
          ':at': health.checked_at,
          ...(release && { ':release': health.release }),
        },
      });
    },

    noteCompared: (id, at) =>
      update(id, { UpdateExpression: 'SET compared_at = :at', ExpressionAttributeValues: { ':at': at } }),

    noteSuccess: (id, at) =>
      update(id, {
        UpdateExpression: 'SET last_successful_sync = :at',
        ExpressionAttributeValues: { ':at': at },
      }),
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
