import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock, Log } from '#shared/sync/ports.ts';
import { documentClient } from './documents.ts';
import { Table } from './table.ts';

/** What a stack has, each by one name everywhere: of its construct, in grants, in outputs and alarms. */
export type TableName =
  | 'RecordsTable'
  | 'LinksTable'
  | 'MappingsTable'
  | 'InstancesTable'
  | 'ErpStateTable'
  | 'ErpMappingsTable';
export type QueueName =
  | 'PushQueue'
  | 'SweepQueue'
  | 'PullQueue'
  | 'DriftQueue'
  | 'RetentionQueue'
  | 'ErpQueue'
  | 'PermanentlyFailedQueue'
  | 'PullFailuresQueue'
  | 'StreamFailuresQueue'
  | 'ScheduleFailuresQueue'
  | 'ErpFailuresQueue'
  | 'ErpStreamFailuresQueue';
/** One-time schedules that send a unit back to its queue, and the role under which they do. */
export type RetriesName = 'PushRetries' | 'ErpRetries';
export type ResourceName = TableName | QueueName | RetriesName | 'SecretPrefix' | 'ErpConnectionSecret';

/** The output of the stack that says where a resource is: `PushQueueUrl`. */
export function outputOf(resource: ResourceName): string {
  return resource.replace(/Table$/, 'TableName').replace(/Queue$/, 'QueueUrl');
}

/** Actions by their names in IAM, on a resource or on something of it. */
export interface Grant {
  readonly on: ResourceName | `${TableName}/index/${string}` | `${RetriesName}/role`;
  readonly actions: readonly string[];
}

/** Settings that the clients of all services take. */
export type ClientSettings = Pick<
  SQSClientConfig,
  'region' | 'profile' | 'endpoint' | 'credentials' | 'requestHandler'
>;

/** Where parts are opened: in a function, by the operators' command, in the embedded cloud. */
export interface Connection {
  /** The client of a kind; it is made when it is first asked for. */
  client<Client>(make: (settings: ClientSettings) => Client): Client;
  /** A table's name, a queue's URL, a secret's ARN; of retries what a schedule is made with (JSON). */
  nameOf(resource: ResourceName): string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A connection whose parts share their clients. */
export function connection(settings: ClientSettings, surroundings: Omit<Connection, 'client'>): Connection {
  const clients = new Map<unknown, unknown>();
  return {
    ...surroundings,
    client<Client>(make: (settings: ClientSettings) => Client): Client {
      if (!clients.has(make)) clients.set(make, make(settings));
      return clients.get(make) as Client;
    },
  };
}

export const queueClient = (settings: ClientSettings) => new SQSClient(settings);
export const secretsClient = (settings: ClientSettings) => new SecretsManagerClient(settings);
export const schedulerClient = (settings: ClientSettings) => new SchedulerClient(settings);

/**
 * Something of a stack that code works with: how it is opened, and what it does to which resource. The role of a function
 * is made of the parts that it declares: what it has no means to do it may not do either, and the other way round.
 */
export interface Part<Store> {
  readonly grants: readonly Grant[];
  /** What each of its methods does, where it is a store. */
  readonly does?: Readonly<Record<string, readonly string[]>>;
  open(at: Connection): Store;
}

/** A part of which a function may have some methods only. */
export interface StorePart<Store> extends Part<Store> {
  /** These methods, and the right to what they do. */
  only<Method extends keyof Store>(...methods: Method[]): Part<Pick<Store, Method>>;
}

/** What each method does to the resource; `index/{name}` is a query of that index. */
type Actions<Store, Action extends string> = {
  readonly [Method in keyof Store]: Action | `index/${string}` | readonly (Action | `index/${string}`)[];
};

/** The actions of DynamoDB that a store may need. */
export type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';
type QueueAction = 'SendMessage' | 'ReceiveMessage' | 'DeleteMessage' | 'ChangeMessageVisibility';

type Open<Client, Store> = (client: Client, name: string, now: () => number) => Store;
type Opening<Client, Store> = (client: Client, name: string, now?: () => number) => Store;

/** A store in a table: the function that opens it, which is a part as well. */
export function tableStore<Store>(
  table: TableName,
  actions: NoInfer<Actions<Store, TableAction>>,
  open: (table: Table, now: () => number) => Store,
): Opening<DynamoDBDocumentClient, Store> & StorePart<Store> {
  const openIn = (client: DynamoDBDocumentClient, name: string, now: () => number) =>
    open(new Table(client, name), now);
  return storePart(table, 'dynamodb', actions, documentClient, openIn);
}

/** A queue that is written to: the function that opens it, which is a part as well. */
export function queueStore<Store>(
  queue: QueueName,
  actions: NoInfer<Actions<Store, QueueAction>>,
  open: Open<SQSClient, Store>,
): Opening<SQSClient, Store> & StorePart<Store> {
  return storePart(queue, 'sqs', actions, queueClient, open);
}

/** A secret, or all under a prefix, that is read: the function that opens it, which is a part as well. */
export function secretStore<Store>(
  secret: 'SecretPrefix' | 'ErpConnectionSecret',
  open: (client: SecretsManagerClient, name: string) => Store,
): typeof open & Part<Store> {
  return Object.assign(open, {
    grants: [{ on: secret, actions: ['secretsmanager:GetSecretValue'] }],
    open: (at: Connection) => open(at.client(secretsClient), at.nameOf(secret)),
  });
}

function storePart<Client, Store>(
  name: TableName | QueueName,
  service: 'dynamodb' | 'sqs',
  actions: Actions<Store, string>,
  makeClient: (settings: ClientSettings) => Client,
  open: Open<Client, Store>,
): Opening<Client, Store> & StorePart<Store> {
  const opening: Opening<Client, Store> = (client, name, now = () => Date.now()) => open(client, name, now);
  const only = (...methods: (keyof Store)[]) => ({
    does: Object.fromEntries(methods.map((method) => [method, [actions[method]].flat() as string[]])),
    grants: grantsOf(name, service, new Set(methods.flatMap((method) => actions[method] as string))),
    open: (at: Connection) => open(at.client(makeClient), at.nameOf(name), at.clock.now),
  });
  return Object.assign(opening, only(...(Object.keys(actions) as (keyof Store)[])), { only });
}

function grantsOf(name: TableName | QueueName, service: string, done: ReadonlySet<string>): Grant[] {
  const own = [...done].filter((action) => !action.startsWith('index/'));
  const indexes = [...done].filter((action) => action.startsWith('index/'));
  return [
    ...(own.length > 0 ? [{ on: name, actions: own.map((action) => `${service}:${action}`) }] : []),
    ...indexes.map((index) => ({ on: `${name}/${index}` as Grant['on'], actions: [`${service}:Query`] })),
  ];
}

/** A part that is made of others. */
export function madeOf<Store, Made>(
  { grants, open }: Part<Store>,
  make: (store: Store, at: Connection) => Made,
): Part<Made> {
  return { grants, open: (at) => make(open(at), at) };
}
