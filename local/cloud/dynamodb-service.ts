import type { DynamoDBRecord } from 'aws-lambda';
import dynalite from 'dynalite';
import { InProcessService, type ServiceAnswer } from './in-process-service.ts';
import { KeyLock } from './key-lock.ts';
import { type Item, streamRecord } from './stream-record.ts';
import { keyOf, type TableDefinition } from './table-definition.ts';
import type { VirtualClock } from './virtual-clock.ts';

type Input = Record<string, unknown> & { TableName: string; ReturnValues?: string };
type WriteRequest = { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } };

/** An answer that is passed on as it is instead of going on with the capture. */
class PassedOnAnswer extends Error {
  readonly answer: ServiceAnswer;
  constructor(answer: ServiceAnswer) {
    super('passed on');
    this.answer = answer;
  }
}

/** dynalite behind a front that turns writes into stream records and fills in what dynalite lacks. */
export class DynamoDbService {
  readonly #clock: VirtualClock;
  readonly #dynalite: InProcessService;
  readonly #lock = new KeyLock();
  readonly #tables = new Map<string, TableDefinition>();
  readonly #listeners = new Map<string, ((record: DynamoDBRecord) => void)[]>();

  #handling = 0;

  /** @param clock what the stream's records are dated by */
  constructor(clock: VirtualClock) {
    this.#clock = clock;
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    this.#dynalite = new InProcessService((request, response) => server.emit('request', request, response));
  }

  /** Creates a table and its indexes and waits until they can be used. */
  async createTable(table: TableDefinition): Promise<void> {
    const answer = await this.#call('CreateTable', table.request);
    if (answer.status !== 200) throw new Error(`${table.name} could not be created: ${answer.text}`);
    this.#tables.set(table.name, table);
    for (;;) {
      const described = await this.#call('DescribeTable', { TableName: table.name });
      if (JSON.parse(described.text).Table?.TableStatus === 'ACTIVE') return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** @param listener told each record of the stream, in order, before the write is answered */
  onRecord(streamArn: string, listener: (record: DynamoDBRecord) => void): void {
    this.#listeners.set(streamArn, [...(this.#listeners.get(streamArn) ?? []), listener]);
  }

  /** Whether a request is being served, which may yield stream records. */
  get isServing(): boolean {
    return this.#handling > 0;
  }

  /**
   * @param action e.g. `PutItem`
   * @param text body of the request
   * @returns DynamoDB's answer, errors included
   */
  async handle(action: string, text: string): Promise<ServiceAnswer> {
    this.#handling += 1;
    try {
      if (action === 'PutItem' || action === 'UpdateItem' || action === 'DeleteItem')
        return await this.#write(action, JSON.parse(text));
      if (action === 'BatchWriteItem') return await this.#writeBatch(JSON.parse(text));
      return await this.#dynalite.call(`DynamoDB_20120810.${action}`, text);
    } catch (error) {
      if (error instanceof PassedOnAnswer) return error.answer;
      throw error;
    } finally {
      this.#handling -= 1;
    }
  }

  async #write(action: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: Input): Promise<ServiceAnswer> {
    const table = this.#tables.get(input.TableName);
    // dynalite does not know this parameter; the front answers it.
    const { ReturnValuesOnConditionCheckFailure: onFailure, ...request } = input;
    if (!table || (!table.stream && onFailure !== 'ALL_OLD')) return this.#call(action, request);
    const source = (action === 'PutItem' ? request.Item : request.Key) as Item | undefined;
    const key = keyOf(table, source ?? {});
    return this.#lock.hold([lockName(table, key)], async () => {
      const before = await this.#get(table, key);
      const answer = await this.#call(action, request);
      if (answer.status !== 200) return withFailedItem(answer, onFailure === 'ALL_OLD' ? before : undefined);
      if (action === 'PutItem') this.#emit(table, key, before, source);
      else if (action === 'DeleteItem') this.#emit(table, key, before, undefined);
      else this.#emit(table, key, before, await this.#get(table, key));
      return answer;
    });
  }

  /** One read of all old images and one write instead of a pair of calls an item: a bulk load stays fast. */
  async #writeBatch(input: { RequestItems?: Record<string, WriteRequest[]> }): Promise<ServiceAnswer> {
    const writes = Object.entries(input.RequestItems ?? {}).flatMap(([name, requests]) => {
      const table = this.#tables.get(name);
      if (!table?.stream) return [];
      return requests.map(({ PutRequest, DeleteRequest }) => ({
        table,
        key: keyOf(table, PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
        after: PutRequest?.Item,
      }));
    });
    if (writes.length === 0) return this.#call('BatchWriteItem', input);
    return this.#lock.hold(
      writes.map(({ table, key }) => lockName(table, key)),
      async () => {
        const before = await this.#getAll(writes);
        const answer = await this.#call('BatchWriteItem', input);
        if (answer.status !== 200) return answer;
        for (const { table, key, after } of writes)
          this.#emit(table, key, before.get(lockName(table, key)), after);
        return answer;
      },
    );
  }

  async #get(table: TableDefinition, key: Item): Promise<Item | undefined> {
    const answer = await this.#call('GetItem', { TableName: table.name, Key: key, ConsistentRead: true });
    // A malformed key: the caller gets DynamoDB's own complaint about it.
    if (answer.status !== 200) throw new PassedOnAnswer(answer);
    return JSON.parse(answer.text).Item;
  }

  async #getAll(writes: readonly { table: TableDefinition; key: Item }[]): Promise<Map<string, Item>> {
    const RequestItems: Record<string, { Keys: Item[]; ConsistentRead: boolean }> = {};
    for (const { table, key } of writes) {
      RequestItems[table.name] ??= { Keys: [], ConsistentRead: true };
      RequestItems[table.name]?.Keys.push(key);
    }
    const answer = await this.#call('BatchGetItem', { RequestItems });
    if (answer.status !== 200) throw new PassedOnAnswer(answer);
    const found = new Map<string, Item>();
    for (const [name, items] of Object.entries<Item[]>(JSON.parse(answer.text).Responses)) {
      const table = this.#tables.get(name);
      if (table) for (const item of items) found.set(lockName(table, keyOf(table, item)), item);
    }
    return found;
  }

  #emit(table: TableDefinition, key: Item, before: Item | undefined, after: Item | undefined): void {
    if (!table.stream) return;
    const record = streamRecord(table.stream, key, before, after, this.#clock.now());
    if (record) for (const listener of this.#listeners.get(table.stream.arn) ?? []) listener(record);
  }

  #call(action: string, input: unknown): Promise<ServiceAnswer> {
    return this.#dynalite.call(`DynamoDB_20120810.${action}`, JSON.stringify(input));
  }
}

const lockName = (table: TableDefinition, key: Item): string =>
  `${table.name} ${table.keyNames.map((name) => JSON.stringify(key[name])).join(' ')}`;

/** Adds the item that failed the condition, as `ReturnValuesOnConditionCheckFailure: ALL_OLD` asks. */
function withFailedItem(answer: ServiceAnswer, item: Item | undefined): ServiceAnswer {
  if (!item || !answer.text.includes('ConditionalCheckFailedException')) return answer;
  return { ...answer, text: JSON.stringify({ ...JSON.parse(answer.text), Item: item }) };
}
