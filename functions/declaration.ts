import type { Config } from '#infra/config.ts';
import type { Part, QueueName, ResourceName, TableName } from '#shared/store/part.ts';

/**
 * All that is said of a function: the stack makes its role, its environment, its event source and its schedules of this,
 * and its handler is given the parts that it names. Every function has one in its folder, `declaration.ts`.
 */
export interface Declaration<
  Uses extends Record<string, Part<unknown>> = Record<string, Part<unknown>>,
  Setting extends string = string,
> {
  /** The folder of its handler; also the service in logs and metrics. */
  readonly name: FunctionName;
  /** Longest run, in seconds. */
  readonly timeout: number;
  /** In MB; 1,769 is one processor. Default: 512, since most functions wait rather than compute. */
  readonly memory?: number;
  readonly source: QueueSource | StreamSource | ScheduleSource;
  /** What starts it, or sends to the queue that it reads, regularly. */
  readonly schedules?: readonly Schedule[];
  /** The parts that its handler is given; its role may do what these do, and nothing else. */
  readonly uses: Uses;
  /** Environment variables with numbers that it works by. */
  readonly settings?: Readonly<Record<Setting, FromConfig<number>>>;
  /** Environment variables that are set where the configuration says something. */
  readonly options?: Readonly<Record<string, (config: Config) => string | undefined>>;
}

export type FunctionName =
  | 'record-stream'
  | 'push-worker'
  | 'push-sweep'
  | 'pull-planner'
  | 'pull-worker'
  | 'drift'
  | 'health-check'
  | 'retention'
  | 'erp-export'
  | 'erp-stream'
  | 'erp-import';

/** A value, or what makes it of the configuration. */
type FromConfig<Value> = Value | ((config: Config) => Value);

/** It reads the messages of a queue, one at a time. */
export interface QueueSource {
  readonly queue: QueueName;
  /** How many of it run at a time; two is the least that SQS allows. */
  readonly workers: FromConfig<number>;
  /** How many executions are set aside for it. Default: none. */
  readonly reserved?: (config: Config) => number | false;
  /** Where a message goes that it could not work off for the fifth time. */
  readonly failures: QueueName;
}

/** It reads the stream of a table. */
export interface StreamSource {
  readonly stream: TableName;
  /** What wakes it: patterns of event source mappings, of which one has to match. */
  readonly patterns: (config: Config) => object[];
  /** Where it is noted which changes it could not work off. */
  readonly failures: QueueName;
}

/** Schedules start it. What cannot be started in time is not made up for: the next start does the same. */
export interface ScheduleSource {
  /** In seconds. */
  readonly notLaterThan: number;
  readonly retries: number;
}

export interface Schedule {
  /** Of its construct. */
  readonly id: string;
  /** An expression of EventBridge Scheduler, in UTC. */
  readonly when: (config: Config) => string;
  readonly description: string;
  /** What is sent, or what it is started with. Default: an empty object. */
  readonly input?: object;
  /** For how long it is tried, in seconds. Default: less than an hour, which is when most are started again. */
  readonly retryFor?: number;
}

/** A declaration with the types of its parts and the names of its settings. */
export function declare<Uses extends Record<string, Part<unknown>>, const Setting extends string = never>(
  declaration: Declaration<Uses, Setting>,
): Declaration<Uses, Setting> {
  return declaration;
}

/** What a declaration says for a configuration. */
export function saidFor(config: Config, said: FromConfig<number>): number {
  return typeof said === 'function' ? said(config) : said;
}

/** The resources that a function's parts are of. */
export function resourcesOf({ uses }: Pick<Declaration, 'uses'>): ResourceName[] {
  const names = Object.values(uses).flatMap(({ grants }) => grants.map(({ on }) => on.split('/')[0]));
  return [...new Set(names)] as ResourceName[];
}

/** The environment variable that tells a function where a resource is: `PUSH_QUEUE` for PushQueue. */
export function variableOf(resource: ResourceName): string {
  return resource.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
