import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { readOptions } from './numbers.ts';

/** Any item of a table. */
export type Item = Record<string, NativeAttributeValue>;

/** The client of all tables. Fields that are not set are left out of an item; no number in it stops a reading. */
export function documentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    // A copy: the client puts a setting of its own into what it is given.
    unmarshallOptions: { ...readOptions },
  });
}

/** DynamoDB's limits: keys of one BatchGetItem, requests of one BatchWriteItem. */
const getLimit = 100;
const writeLimit = 25;

/** DynamoDB leaves out what exceeds its capacity or size limits: ask again for the rest, a little later each time. */
async function untilDone<T>(
  first: T,
  isDone: (rest: T) => boolean,
  step: (rest: T) => Promise<T>,
): Promise<void> {
  let rest = await step(first);
  for (let wait = 50; !isDone(rest); wait = Math.min(wait * 2, 5_000)) {
    await sleep(wait * (0.5 + Math.random() / 2));
    rest = await step(rest);
  }
}

/** Reads items by key, consistently; those that do not exist are left out. Answers them in no particular order. */
export async function batchGet(client: DynamoDBDocumentClient, table: string, keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += getLimit) {
    await untilDone(
      keys.slice(start, start + getLimit),
      (rest) => rest.length === 0,
      async (Keys) => {
        const answer = await client.send(
          new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
        );
        items.push(...(answer.Responses?.[table] ?? []));
        return answer.UnprocessedKeys?.[table]?.Keys ?? [];
      },
    );
  }
  return items;
}

/**
 * All items of a partition whose sort key begins with a prefix, in its order; read consistently from a table, and as
 * an index has them from an index.
 */
export async function queryByPrefix(
  client: DynamoDBDocumentClient,
  { table, index, partition, sort }: { table: string; index?: string; partition: Key; sort: Key },
): Promise<Item[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
      KeyConditionExpression: '#partition = :partition AND begins_with(#sort, :prefix)',
      ExpressionAttributeNames: { '#partition': partition.name, '#sort': sort.name },
      ExpressionAttributeValues: { ':partition': partition.value, ':prefix': sort.value },
    },
  );
  const items: Item[] = [];
  for await (const page of pages) items.push(...((page.Items ?? []) as Item[]));
  return items;
}

/** A key's attribute and its value. */
interface Key {
  name: string;
  value: string;
}

type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/** Writes and deletes items without conditions, in any order. */
export async function batchWrite(
  client: DynamoDBDocumentClient,
  table: string,
  { put = [], remove = [] }: { put?: Item[]; remove?: Item[] },
): Promise<void> {
  const requests: WriteRequest[] = [
    ...put.map((Item) => ({ PutRequest: { Item } })),
    ...remove.map((Key) => ({ DeleteRequest: { Key } })),
  ];
  for (let start = 0; start < requests.length; start += writeLimit) {
    await untilDone(
      requests.slice(start, start + writeLimit),
      (rest) => rest.length === 0,
      async (batch) => {
        const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: batch } }));
        return (answer.UnprocessedItems?.[table] ?? []) as WriteRequest[];
      },
    );
  }
}
