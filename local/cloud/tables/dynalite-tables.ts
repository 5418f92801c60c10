import { createRequire } from 'node:module';
import Stream from 'node:stream';
import { ServiceError } from '../cloud-error.ts';
import { parsingOnce } from './dynalite-conditions.ts';
import type { Item } from './stream-record.ts';

// biome-ignore lint/suspicious/noExplicitAny: requests and answers of DynamoDB's JSON protocol, action by action
type Json = any;
type Callback = (error: Json, value?: Json) => void;

/** What dynalite rejects a request with. */
interface Refusal {
  readonly statusCode?: number;
  readonly body: { readonly __type: string; readonly message?: string; readonly Message?: string };
}

/** An action as dynalite carries it out: how its request is checked, and what it does to a store. */
interface Action {
  readonly validation: { readonly types: object; readonly custom?: unknown };
  readonly run: (store: Store, request: Json, done: Callback) => void;
}

const require = createRequire(import.meta.url);
// Its default export is one thing in Node and another in vitest.
const { default: BTree }: typeof import('sorted-btree') = require('sorted-btree');
const validations: {
  checkTypes: (request: object, types: object) => Json;
  checkValidations: (request: object, types: object, custom: unknown, store: Store) => void;
} = require('dynalite/validations');

const conditions = require('dynalite/db/conditionParser');
conditions.parse = parsingOnce(conditions.parse);

const actions = new Map<string, Action>(
  [
    'BatchGetItem',
    'BatchWriteItem',
    'CreateTable',
    'DeleteItem',
    'DescribeTable',
    'GetItem',
    'PutItem',
    'Query',
    'Scan',
    'UpdateItem',
  ].map((name) => {
    const file = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    const validation = require(`dynalite/validations/${file}`);
    return [name, { validation, run: require(`dynalite/actions/${file}`) }];
  }),
);

/** The range of keys that dynalite reads: `limit` is -1 for all. */
interface Range {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** What dynalite keeps under sorted keys, with the calls of LevelDB that it makes. Nothing here waits. */
class SortedStore {
  readonly #entries = new BTree<string, Json>();

  get(key: string, done: Callback): void {
    const value = this.#entries.get(key);
    if (value === undefined) done(Object.assign(new Error('not found'), { name: 'NotFoundError' }));
    else done(null, value);
  }

  put(key: string, value: Json, done: Callback): void {
    this.#entries.set(key, value);
    done(null);
  }

  del(key: string, done: Callback): void {
    this.#entries.delete(key);
    done(null);
  }

  /** No call waits for anything while it holds a key. */
  lock(_key: string, work: (release: (done: Callback) => Callback) => void): void {
    work((done) => done);
  }

  createValueStream(range: Range): Stream {
    let isOver = false;
    const values = Object.assign(new Stream(), {
      destroy: () => {
        isOver = true;
      },
    });
    queueMicrotask(() => {
      for (const value of this.#within(range)) {
        if (isOver) return;
        values.emit('data', value);
      }
      values.emit('end');
    });
    return values;
  }

  *#within({ gt, gte, lt, lte, reverse, limit = -1 }: Range): Generator<Json> {
    const low = gt ?? gte;
    const high = lt ?? lte;
    let left = limit < 0 ? Number.POSITIVE_INFINITY : limit;
    const entries = reverse ? this.#entries.entriesReversed(high) : this.#entries.entries(low);
    for (const [key, value] of entries) {
      if (left === 0) return;
      if (reverse ? isBelow(key, gt, gte) : isAbove(key, lt, lte)) return;
      // The tree begins at the bound itself, which may not belong to the range.
      if (reverse ? isAbove(key, lt, lte) : isBelow(key, gt, gte)) continue;
      left -= 1;
      yield value;
    }
  }
}

const isBelow = (key: string, gt: string | undefined, gte: string | undefined): boolean =>
  (gt !== undefined && key <= gt) || (gte !== undefined && key < gte);

const isAbove = (key: string, lt: string | undefined, lte: string | undefined): boolean =>
  (lt !== undefined && key >= lt) || (lte !== undefined && key > lte);

/** What dynalite's actions ask of their store. */
class Store {
  readonly options = { createTableMs: 0, maxItemSize: 400 * 1024 };
  readonly tableDb = Object.assign(new SortedStore(), {
    awsAccountId: '000000000000',
    awsRegion: 'us-east-1',
  });
  readonly #stores = new Map<string, SortedStore>();

  getItemDb(table: string): SortedStore {
    return this.#store(table);
  }

  getIndexDb(_kind: string, table: string, index: string): SortedStore {
    return this.#store(`${table} ${index}`);
  }

  getTable(name: string, ...rest: [Callback] | [boolean, Callback]): void {
    const done = rest.at(-1) as Callback;
    this.tableDb.get(name, (error, table) => {
      if (!error) return done(null, table);
      const message = `Requested resource not found: Table: ${name} not found`;
      const body = { __type: 'ResourceNotFoundException', message };
      done(Object.assign(new Error(message), { statusCode: 400, body }));
    });
  }

  #store(name: string): SortedStore {
    const store = this.#stores.get(name) ?? new SortedStore();
    this.#stores.set(name, store);
    return store;
  }
}

/**
 * dynalite's tables without its server and its LevelDB, which are three quarters of what a call costs. Its own modules
 * check each request and carry it out. Items are handed over as they are: a caller does not change them afterwards.
 */
export class DynaliteTables {
  readonly #store = new Store();

  /**
   * Carries out one action before it returns, but for queries and scans, which read in the same turn.
   *
   * @param action e.g. `PutItem`
   * @param input its parameters in DynamoDB's JSON
   * @returns the answer
   * @throws ServiceError where DynamoDB would refuse
   */
  call(action: string, input: object): Promise<Json> {
    return new Promise((resolve, reject) => {
      const { validation, run } = actionOf(action);
      try {
        const request = validations.checkTypes({ ...input }, validation.types);
        validations.checkValidations(request, validation.types, validation.custom, this.#store);
        run(this.#store, request, (error, answer) =>
          error ? reject(asServiceError(error)) : resolve(answer),
        );
      } catch (error) {
        reject(asServiceError(error as Refusal & Error));
      }
    });
  }

  /** The item of a key, as it is stored now; throws {@link ServiceError} for what is no key of the table. */
  item(TableName: string, Key: Item): Item | undefined {
    let found: Item | undefined;
    actionOf('GetItem').run(this.#store, { TableName, Key }, (error, answer) => {
      if (error) throw asServiceError(error);
      found = answer.Item;
    });
    return found;
  }
}

function actionOf(name: string): Action {
  const action = actions.get(name);
  if (!action) throw new ServiceError('UnknownOperationException', `The embedded cloud has no ${name}`);
  return action;
}

function asServiceError(error: Refusal & Error): Error {
  if (!error.statusCode) return error;
  const { __type, message, Message = message } = error.body;
  return new ServiceError(__type.replace(/^.*#/, ''), Message ?? '', error.statusCode);
}
