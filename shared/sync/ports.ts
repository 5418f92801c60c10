import type { PushedModel } from '#shared/models/models.ts';
import type { ServiceName } from '#shared/models/services.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Mapping } from '#shared/sync/ledger/mapping.ts';
import type { MarkBrake } from '#shared/sync/limits/brake.ts';
import type { WorkUnit } from '#shared/sync/units/work-unit.ts';

/** An item of the records table, with its fields as the ERP wrote them. */
export type RecordItem = { model: string; id: string } & Record<string, unknown>;

/** Reads the records of some models, always as they are now. */
export interface RecordReader<Model extends string = PushedModel> {
  getMany(model: Model, ids: string[]): Promise<Map<string, RecordItem>>;
}

/** Reads the records of a model one after another, in the order of their ids; they may be a second old. */
export interface RecordPages<Model extends string = PushedModel> {
  /** @returns the records after that id, and the id to go on after if there are more */
  page(
    model: Model,
    options: { after?: string | undefined; limit?: number },
  ): Promise<{ items: RecordItem[]; after: string | undefined }>;
}

/** One record (`op.batch#3`) refers to another (`op.course#7`). */
export interface Link {
  target: string;
  source: string;
}

/** Knows which records refer to a record. A target is `{model}#{id}` (see shared/models/links.ts). */
export interface LinkReader {
  /** Ids of the records of a model that refer to the target. */
  sources(target: string, model: PushedModel): Promise<string[]>;
}

export interface MappingStore {
  getMany(instance: string, idnumbers: string[]): Promise<Map<string, Mapping>>;
  /** The mappings whose idnumber begins with the prefix: all entities of a record that maps to several. */
  listByPrefix(instance: string, prefix: string): Promise<Mapping[]>;
  /**
   * Writes the mapping if its row still has the revision that was read (0: no row yet) and answers whether it did.
   * The row written carries the next revision.
   */
  save(mapping: Mapping): Promise<boolean>;
  remove(instance: string, idnumbers: string[]): Promise<void>;
}

/** Reads the mappings of an instance one after another, in the order of their idnumbers; they may be a second old. */
export interface MappingPages {
  /**
   * @param range.from,range.to first and last idnumber
   * @param range.after the idnumber to go on after
   * @param range.notes only what tells whether a push is needed, and of `extra_data` these keys: the rest is most of it
   * @returns the mappings, and the idnumber to go on after if there are more
   */
  page(
    instance: string,
    range: {
      from: string;
      to: string;
      after?: string | undefined;
      limit?: number;
      notes?: readonly string[] | undefined;
    },
  ): Promise<{ mappings: Mapping[]; after: string | undefined }>;
}

/** Counts what is suspended, unenrolled or hidden, and stops it when it is too much. */
export interface Brake {
  /** Asks to subtract `count` entities now; false means that the brake is on and nothing may be subtracted. */
  reserve(instance: Instance, service: ServiceName, count: number): Promise<boolean>;
  /** Tells how much is about to be asked for in all, so that the brake stops before the first part of it. */
  announce(instance: Instance, service: ServiceName, count: number): Promise<boolean>;
  /** Gives back what was reserved and not made: it is asked for again when it is tried again. */
  giveBack(instance: Instance, service: ServiceName, count: number): Promise<void>;
  /** Notes how many more (or fewer) entities the instance holds: the base of the brake's share. */
  addHolds(instance: Instance, service: ServiceName, change: number): Promise<void>;
}

/** The brake on the way back from Moodle. */
export interface MarksBrake {
  /**
   * Asks to take `count` marks back now.
   *
   * @param isTooMuch whether the operator has to be asked whatever else was taken back
   * @returns `held`: the brake is on, and they wait; `kept`: the operator has said that they stay for good
   */
  takeBack(
    instance: Instance,
    name: MarkBrake,
    count: number,
    isTooMuch?: boolean,
  ): Promise<'taken' | 'held' | 'kept'>;
  /** Notes how many more (or fewer) marks there are: the base of the brake's share. */
  addHolds(instance: Instance, name: MarkBrake, change: number): Promise<void>;
}

export interface PushQueue {
  /** Sends units, at once or after a delay of at most 900 s (the limit of SQS). */
  send(units: WorkUnit[], delaySeconds?: number): Promise<void>;
}

/** Has a worker ask, after a delay of at most 900 s, whether an instance is back, and let in what waits for it. */
export interface WakeQueue {
  wake(instance: string, delaySeconds?: number): Promise<void>;
}

/** Takes what failed for the last time, for an operator to look at. */
export interface PermanentFailures {
  send(mapping: Mapping): Promise<void>;
}

/** A log that takes a message and attributes; Powertools' Logger is one. */
export interface Log {
  debug(message: string, attributes: Record<string, unknown>): void;
  info(message: string, attributes: Record<string, unknown>): void;
  warn(message: string, attributes: Record<string, unknown>): void;
  error(message: string, attributes: Record<string, unknown>): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}
