import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordItem } from '#shared/engine/ports.ts';
import type { PulledRecords } from '#shared/engine/pull-ports.ts';
import { batchGet, batchWrite, type Item } from './documents.ts';

/** The records table, as the pulls write it. @param now milliseconds since 1970 */
export function pulledRecords(
  client: DynamoDBDocumentClient,
  table: string,
  now: () => number,
): PulledRecords {
  /** Every write has another stamp: a write with a new one is known to come from here. */
  const origin = (instance: string): Item => ({
    connector_no_export: true,
    sync_stamp: randomUUID(),
    instance,
    pulled_at: new Date(now()).toISOString(),
  });

  return {
    async put(instance, records) {
      await batchWrite(client, table, { put: records.map((record) => ({ ...record, ...origin(instance) })) });
    },

    async putNew(instance, records) {
      for (const record of records) {
        await unlessRefused(
          client.send(
            new PutCommand({
              TableName: table,
              Item: { ...record, ...origin(instance) },
              ConditionExpression: 'attribute_not_exists(id)',
            }),
          ),
        );
      }
    },

    async getMany(model, ids) {
      const keys = [...new Set(ids)].map((id) => ({ model, id }));
      const items = await batchGet(client, table, keys);
      return new Map(items.map((item) => [String(item.id), item as RecordItem]));
    },

    async setAttribute(instance, { model, id }, { name, value, stamp }) {
      const { connector_no_export, sync_stamp, pulled_at } = origin(instance);
      const hasStamp = stamp === undefined ? 'attribute_not_exists(sync_stamp)' : 'sync_stamp = :read';
      return unlessRefused(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: { model, id },
            UpdateExpression:
              'SET #name = :value, connector_no_export = :flag, sync_stamp = :stamp, #instance = :instance, pulled_at = :at',
            ConditionExpression: `attribute_exists(id) AND ${hasStamp}`,
            ExpressionAttributeNames: { '#name': name, '#instance': 'instance' },
            ExpressionAttributeValues: {
              ':value': value,
              ':flag': connector_no_export,
              ':stamp': sync_stamp,
              ':instance': instance,
              ':at': pulled_at,
              ...(stamp !== undefined && { ':read': stamp }),
            },
          }),
        ),
      );
    },
  };
}

/** Whether a write was made; false where its condition did not hold. */
async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
