import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { inParts } from '#shared/sync/in-parts.ts';
import type { Item } from './documents.ts';
import { untilDone } from './until-done.ts';

/** When a write is made, in DynamoDB's words; `names` and `values` are what its placeholders stand for. */
export interface Condition {
  readonly expression: string;
  readonly names?: Record<string, string>;
  readonly values?: Item;
}

/** What becomes of some attributes of an item; a value that is undefined is left alone. */
export interface Change {
  readonly set?: Item;
  /** Set where there is none yet. */
  readonly begin?: Item;
  readonly add?: Record<string, number>;
  readonly remove?: readonly string[];
}

/** What is asked of a partition, in DynamoDB's words. */
export type Query = Omit<QueryCommandInput, 'TableName'>;

/** An attribute of a key with its value, or with the beginning of it. */
type Key = Readonly<Record<string, string>>;

/** DynamoDB's limits: keys of one BatchGetItem, requests of one BatchWriteItem. */
const getLimit = 100;
const writeLimit = 25;

type WriteRequest = { PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } };

/** A table of DynamoDB. Writes answer whether they were made: false where their condition does not hold. */
export class Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBDocumentClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** An item by its key, read consistently; undefined where there is none. */
  async item(key: Item): Promise<Item | undefined> {
    const request = { TableName: this.#name, Key: key, ConsistentRead: true };
    return (await this.#client.send(new GetCommand(request))).Item;
  }

  /** All items of a table that has a handful of them, read consistently. */
  async all(): Promise<Item[]> {
    const items: Item[] = [];
    const request = { TableName: this.#name, ConsistentRead: true };
    for await (const page of paginateScan({ client: this.#client }, request))
      items.push(...(page.Items ?? []));
    return items;
  }

  /** Reads items by key, consistently; those that do not exist are left out. Answers them in no particular order. */
  async getMany(keys: readonly Item[]): Promise<Item[]> {
    const name = this.#name;
    const items: Item[] = [];
    for (const part of inParts(keys, getLimit)) {
      await untilDone(name, part, async (rest) => {
        const asked = { [name]: { Keys: [...rest], ConsistentRead: true } };
        const answer = await this.#client.send(new BatchGetCommand({ RequestItems: asked }));
        items.push(...(answer.Responses?.[name] ?? []));
        return answer.UnprocessedKeys?.[name]?.Keys ?? [];
      });
    }
    return items;
  }

  /** The same of one partition, by their sort keys. @param sort the attribute that is the sort key */
  async getFrom(partition: Key, sort: string, values: Iterable<string>): Promise<Map<string, Item>> {
    const keys = [...new Set(values)].map((value) => ({ ...partition, [sort]: value }));
    return new Map((await this.getMany(keys)).map((item) => [String(item[sort]), item]));
  }

  /**
   * All items of a partition whose sort key begins with a prefix, if one is given, in its order; read consistently from a
   * table, and as an index has them from an index.
   *
   * @param more which of them, and how much of each; `#partition` and `#sort` are the keys' names
   */
  async query(partition: Key, sort?: Key, more: Partial<Query> = {}): Promise<Item[]> {
    const [[partitionName, partitionValue]] = Object.entries(partition) as [[string, string]];
    const [[sortName, prefix] = []] = Object.entries(sort ?? {});
    const items: Item[] = [];
    const pages = this.pages({
      ConsistentRead: more.IndexName === undefined,
      ...more,
      // DynamoDB refuses an empty prefix.
      KeyConditionExpression: `#partition = :partition${prefix ? ' AND begins_with(#sort, :prefix)' : ''}`,
      ExpressionAttributeNames: {
        ...more.ExpressionAttributeNames,
        '#partition': partitionName,
        ...(sortName && { '#sort': sortName }),
      },
      ExpressionAttributeValues: {
        ...more.ExpressionAttributeValues,
        ':partition': partitionValue,
        ...(prefix && { ':prefix': prefix }),
      },
    });
    for await (const page of pages) items.push(...page);
    return items;
  }

  /** What a query gives, page by page; as it may have been a second ago unless it asks for more. */
  async *pages(query: Query): AsyncIterable<Item[]> {
    const pages = paginateQuery({ client: this.#client }, { TableName: this.#name, ...query });
    for await (const { Items = [] } of pages) yield Items;
  }

  /** One page of it, the key to go on after if there are more, and how many items were looked at for it. */
  async page(query: Query): Promise<{ items: Item[]; last: Item | undefined; looked: number }> {
    const {
      Items = [],
      LastEvaluatedKey,
      ScannedCount = 0,
    } = await this.#client.send(new QueryCommand({ TableName: this.#name, ...query }));
    return { items: Items, last: LastEvaluatedKey, looked: ScannedCount };
  }

  /** Writes and deletes items without conditions, in any order. */
  async write({ put = [], remove = [] }: { put?: readonly Item[]; remove?: readonly Item[] }): Promise<void> {
    const name = this.#name;
    const requests: WriteRequest[] = [
      ...put.map((Item) => ({ PutRequest: { Item } })),
      ...remove.map((Key) => ({ DeleteRequest: { Key } })),
    ];
    for (const part of inParts(requests, writeLimit)) {
      await untilDone(name, part, async (rest) => {
        const request = { RequestItems: { [name]: [...rest] } };
        const { UnprocessedItems } = await this.#client.send(new BatchWriteCommand(request));
        return (UnprocessedItems?.[name] ?? []) as WriteRequest[];
      });
    }
  }

  put(item: Item, condition?: Condition): Promise<boolean> {
    const request = { TableName: this.#name, Item: item, ...asked(condition) };
    return isWritten(this.#client.send(new PutCommand(request)));
  }

  /**
   * Writes an item with the next revision if nobody has written it since it was read.
   *
   * @param item with the revision that was read: 0 where there was none
   * @param key an attribute that every item has
   */
  putRevised(item: Item & { revision: number }, key: string): Promise<boolean> {
    const { revision } = item;
    const names = { '#key': key };
    const condition =
      revision === 0
        ? { expression: 'attribute_not_exists(#key)', names }
        : {
            expression: 'attribute_exists(#key) AND revision = :read',
            names,
            values: { ':read': revision },
          };
    return this.put({ ...item, revision: revision + 1 }, condition);
  }

  delete(key: Item, condition?: Condition): Promise<boolean> {
    const request = { TableName: this.#name, Key: key, ...asked(condition) };
    return isWritten(this.#client.send(new DeleteCommand(request)));
  }

  /** Changes attributes of an item, which is made where there is none. */
  change(
    key: Item,
    { set = {}, begin = {}, add = {}, remove = [] }: Change,
    condition?: Condition,
  ): Promise<boolean> {
    const names: Record<string, string> = { ...condition?.names };
    const values: Item = { ...condition?.values };
    const name = (attribute: string) => placeholder(names, '#', attribute);
    const value = (of: unknown) => placeholder(values, ':', of);
    const clauses = {
      SET: [
        ...given(set).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`),
        ...given(begin).map(([attribute, to]) => {
          const own = name(attribute);
          return `${own} = if_not_exists(${own}, ${value(to)})`;
        }),
      ],
      ADD: given(add).map(([attribute, by]) => `${name(attribute)} ${value(by)}`),
      REMOVE: remove.map(name),
    };
    const update = Object.entries(clauses).filter(([, changes]) => changes.length > 0);
    const request = {
      TableName: this.#name,
      Key: key,
      UpdateExpression: update.map(([verb, changes]) => `${verb} ${changes.join(', ')}`).join(' '),
      ...asked({ expression: '', ...condition, names, values }),
    };
    return isWritten(this.#client.send(new UpdateCommand(request)));
  }

  /** Takes away a value that lies within others, where it is there. @param path names of the attributes that lead to it */
  removeAt(key: Item, path: readonly string[]): Promise<boolean> {
    const { place, names } = placeOf(path);
    const request = {
      TableName: this.#name,
      Key: key,
      UpdateExpression: `REMOVE ${place}`,
      ...asked({ expression: `attribute_exists(${place})`, names }),
    };
    return isWritten(this.#client.send(new UpdateCommand(request)));
  }
}

/** `['values', 'marks', '7']` as `#p0.#p1.#p2`, and what these stand for. */
export function placeOf(path: readonly string[]): { place: string; names: Record<string, string> } {
  const names = Object.fromEntries(path.map((name, index) => [`#p${index}`, name]));
  return { place: Object.keys(names).join('.'), names };
}

/** A condition as a request has it: nothing that is empty, which DynamoDB refuses. */
function asked({ expression, names = {}, values = {} }: Condition = { expression: '' }) {
  return {
    ...(expression && { ConditionExpression: expression }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
  };
}

async function isWritten(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

function given(attributes: Item): [string, unknown][] {
  return Object.entries(attributes).filter(([, value]) => value !== undefined);
}

/** Takes down what a new placeholder stands for. */
function placeholder<Value>(known: Record<string, Value>, sign: '#' | ':', value: Value): string {
  const name = `${sign}a${Object.keys(known).length}`;
  known[name] = value;
  return name;
}
