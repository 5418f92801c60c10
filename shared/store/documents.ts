import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { readOptions } from './numbers.ts';
import { untilDone } from './until-done.ts';

/** Any item of a table. */
export type Item = Record<string, NativeAttributeValue>;

/**
 * How often a request is made before its caller hears that DynamoDB has no capacity for it: with the SDK's pauses, a
 * second at first and twice as long each time, half a minute or so. Its own four attempts are over in three seconds.
 */
const maxAttempts = 7;

/** A client of all tables. Fields that are not set are left out of an item; no number in it stops a reading. */
export function documentClient(settings: DynamoDBClientConfig = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts, ...settings });
  // Nobody reads its log, for which every answer would be copied: a tenth of what reading costs a sweep.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
    // A copy: the client puts a setting of its own into what it is given.
    unmarshallOptions: { ...readOptions },
  });
}

/** An item by its key, read consistently; undefined where there is none. */
export async function itemOf(
  client: DynamoDBDocumentClient,
  table: string,
  key: Item,
): Promise<Item | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return Item;
}

/** All items of a table that has a handful of them, read consistently. */
export async function itemsOf(client: DynamoDBDocumentClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true }))
    items.push(...(page.Items ?? []));
  return items;
}

/** DynamoDB's limits: keys of one BatchGetItem, requests of one BatchWriteItem. */
const getLimit = 100;
const writeLimit = 25;

/** Reads items by key, consistently; those that do not exist are left out. Answers them in no particular order. */
export async function batchGet(client: DynamoDBDocumentClient, table: string, keys: Item[]): Promise<Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += getLimit) {
    await untilDone(table, keys.slice(start, start + getLimit), async (rest) => {
      const asked = { [table]: { Keys: [...rest], ConsistentRead: true } };
      const answer = await client.send(new BatchGetCommand({ RequestItems: asked }));
      items.push(...(answer.Responses?.[table] ?? []));
      return answer.UnprocessedKeys?.[table]?.Keys ?? [];
    });
  }
  return items;
}

/** What of the items of a partition is meant, and how much of each, in DynamoDB's words; `#partition` and `#sort` are theirs. */
export interface QueryFilter {
  FilterExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

/**
 * All items of a partition whose sort key begins with a prefix, if one is given, in its order; read consistently from a
 * table, and as an index has them from an index.
 */
export async function queryByPrefix(
  client: DynamoDBDocumentClient,
  { table, index, partition, sort }: { table: string; index?: string; partition: Key; sort?: Key },
  filter: QueryFilter = {},
): Promise<Item[]> {
  // DynamoDB refuses an empty prefix.
  const hasPrefix = sort !== undefined && sort.value !== '';
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
      ...filter,
      KeyConditionExpression: `#partition = :partition${hasPrefix ? ' AND begins_with(#sort, :prefix)' : ''}`,
      ExpressionAttributeNames: {
        ...filter.ExpressionAttributeNames,
        '#partition': partition.name,
        ...(sort && { '#sort': sort.name }),
      },
      ExpressionAttributeValues: {
        ...filter.ExpressionAttributeValues,
        ':partition': partition.value,
        ...(hasPrefix && { ':prefix': sort.value }),
      },
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
    await untilDone(table, requests.slice(start, start + writeLimit), async (rest) => {
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [table]: [...rest] } }));
      return (answer.UnprocessedItems?.[table] ?? []) as WriteRequest[];
    });
  }
}
