import type { DynamoDBRecord } from 'aws-lambda';
import { ServiceError } from '../cloud-error.ts';
import type { AwsService } from '../protocol/service.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { DynaliteTables } from './dynalite-tables.ts';
import { type Item, type StreamDefinition, streamArnOf, streamRecord } from './stream-record.ts';

// biome-ignore lint/suspicious/noExplicitAny: requests and answers of DynamoDB's JSON protocol, action by action
type Json = any;
type WriteRequest = { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Item } };

interface Table {
  readonly name: string;
  readonly keyNames: readonly string[];
  readonly stream: StreamDefinition | undefined;
}

/** An item that a request writes. */
interface Write {
  readonly table: Table;
  readonly key: Item;
}

/** dynalite's tables, with streams and with what dynalite lacks. */
export class DynamoDbService implements AwsService {
  readonly #clock: VirtualClock;
  readonly #stored = new DynaliteTables();
  readonly #tables = new Map<string, Table>();
  readonly #listeners = new Map<string, ((record: DynamoDBRecord) => void)[]>();
  #handling = 0;

  /** @param clock what the stream's records are dated by */
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** Creates a table and its indexes. @param input as CreateTable takes it; dynalite knows no streams */
  async createTable({ StreamSpecification, ...input }: Json): Promise<void> {
    await this.handle('CreateTable', input);
    const { TableName: name, KeySchema } = input;
    const viewType = StreamSpecification?.StreamViewType;
    this.#tables.set(name, {
      name,
      keyNames: KeySchema.map(({ AttributeName }: { AttributeName: string }) => AttributeName),
      stream: viewType && { arn: streamArnOf(name), viewType },
    });
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
   * @param input its parameters in DynamoDB's JSON
   * @returns DynamoDB's answer
   * @throws ServiceError where DynamoDB refuses
   */
  async handle(action: string, input: Json): Promise<Json> {
    this.#handling += 1;
    try {
      // Others get their turn, as they would while a request travels. What follows is one turn, in which nobody else
      // writes.
      await new Promise<void>((resolve) => setImmediate(resolve));
      // dynalite does not know this parameter.
      const { ReturnValuesOnConditionCheckFailure: onFailure, ...request } = input;
      const isOldAsked = onFailure === 'ALL_OLD';
      // Nobody looks at the images of other writes.
      const writes = this.#writes(action, request).filter(({ table }) => table.stream || isOldAsked);
      const before = writes.map(({ table, key }) => this.#stored.item(table.name, key));
      try {
        const answer = await this.#stored.call(action, request);
        for (const [index, write] of writes.entries()) this.#emit(write, before[index]);
        return answer;
      } catch (error) {
        throw isOldAsked ? withItem(error, before[0]) : error;
      }
    } finally {
      this.#handling -= 1;
    }
  }

  #writes(action: string, input: Json): Write[] {
    if (action === 'BatchWriteItem')
      return Object.entries<WriteRequest[]>(input.RequestItems ?? {}).flatMap(([name, requests]) =>
        requests.flatMap(({ PutRequest, DeleteRequest }) =>
          this.#write(name, PutRequest?.Item ?? DeleteRequest?.Key),
        ),
      );
    if (action === 'PutItem') return this.#write(input.TableName, input.Item);
    if (action === 'UpdateItem' || action === 'DeleteItem') return this.#write(input.TableName, input.Key);
    return [];
  }

  #write(name: string, item: Item | undefined): Write[] {
    const table = this.#tables.get(name);
    if (!table || !item) return [];
    const key = Object.fromEntries(table.keyNames.map((keyName) => [keyName, item[keyName]])) as Item;
    return [{ table, key }];
  }

  #emit({ table, key }: Write, before: Item | undefined): void {
    if (!table.stream) return;
    const after = this.#stored.item(table.name, key);
    const record = streamRecord(table.stream, key, before, after, this.#clock.now());
    if (record) for (const listener of this.#listeners.get(table.stream.arn) ?? []) listener(record);
  }
}

/** Adds the item that failed the condition, as `ReturnValuesOnConditionCheckFailure: ALL_OLD` asks. */
function withItem(error: unknown, Item: Item | undefined): unknown {
  if (!(error instanceof ServiceError) || !Item || error.code !== 'ConditionalCheckFailedException')
    return error;
  return new ServiceError(error.code, error.message, error.status, { Item });
}
