import type { FailedMessage, FailureQueue } from '#shared/store/queues/permanent-failures.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';

/** A row of mappings of either side. */
export type FailureRow = AttemptRow & {
  instance: string;
  model: string;
  last_synced_at?: string | undefined;
};

/** The two words that name a row on the command line. */
export type Name = readonly [string, string];

/** What is of interest; undefined for everything. */
export interface ReadOptions {
  instance?: string | undefined;
  model?: string | undefined;
  status?: string | undefined;
}

/** All that is not on one side as it should be. */
export interface FailureReading<Row, Unit> {
  rows: Row[];
  /** What is wrong with instances whose settings cannot be read. */
  unreadable: string[];
  /** Whether a unit is of an instance that was read. */
  knows(unit: Unit): boolean;
}

/** Trying again at once, on an operator's word. */
export interface Retries<Row, Unit> {
  /** Why it is of no use to try a row; undefined where it is of use. */
  whyNot(row: Row): string | undefined;
  /** Whether the unit of a message can be sent as it is. */
  maySend(message: FailedMessage<Unit>, unit: Unit): boolean;
  /** Queues rows anew. @returns how many units that were */
  start(rows: Row[]): Promise<number>;
  /** Sends the units of messages once more. */
  sendAgain(units: Unit[]): Promise<void>;
}

/** Leaving a side as it is, on an operator's word, until the record changes. */
export interface Settling<Row> {
  /** Why a row cannot be settled; undefined where it can. */
  whyNot(row: Row): string | undefined;
  /** The chosen rows, and among all those that wait for them. */
  withWaiting(chosen: Row[], all: Row[]): Row[];
  /** @returns those that were settled; the others have changed since they were read */
  settle(rows: Row[]): Promise<Row[]>;
}

/** A side that records are brought to: its failures, and the words for them. */
export interface FailureTarget<Row extends FailureRow, Unit> {
  /** The side that lacks something: `Moodle`. */
  there: string;
  /** The side that it comes from. */
  here: string;
  /** Where a record is corrected that cannot be read. */
  corrected: string;
  /** As it is typed: `erp failures`. */
  command: string;
  /** The function that brings records there, and the alarm when Lambda stops it as a loop. */
  worker: string;
  loopsAlarm: string;
  /** The dead-letter queue, and what it is called. */
  deadLetters: FailureQueue<Row, Unit>;
  queueName: string;
  queueUrl: string;
  /** The other dead-letter queues, by their names in JSON. */
  otherQueues: Record<string, { name: string; url: string; meaning: string }>;

  /** The two fields that name a row on the command line. */
  nameParts: readonly [keyof Row & string, keyof Row & string];
  /** A row in a list of names. */
  labelOf(row: Row): string;
  /** A row in the operators' log. */
  notedAs(row: Row): string;
  /** The fields that say to programs which row it is. */
  identity: readonly (keyof Row & string)[];
  /** The field with its counterpart's id. */
  counterpart: keyof Row & string;
  /** The service whose brake holds a row. */
  brakeOf(row: Row): string;
  /** The command that says what is wrong with the side that a row is to be brought to. */
  testOf(row: Row): string;

  /** What a row is known by in units: two rows with one key are tried together. */
  keyOf(row: Row): string;
  keysOf(unit: Unit): string[];
  /** What a unit tells of its records. */
  originOf(unit: Unit): { instance?: string | undefined; model?: string | undefined };
  /** A unit, for people. */
  workOf(unit: Unit): string;

  /** @param only what it may narrow down to, where that is cheaper; the rows may still be others as well */
  read(only: ReadOptions): Promise<FailureReading<Row, Unit>>;
  /** The rows with these names, as far as there are any. */
  rowsOf(names: readonly Name[]): Promise<(Row | undefined)[]>;
  /** The row with this name. @throws OperatorError where there is none */
  find(name: Name): Promise<Row>;
  /** The names of what a row waits for, and of what was left out of it. */
  relativesOf(row: Row): { waitsFor: Name[]; leftOut: Name[] };
  /** Those that cannot be brought there now. */
  waitingForPeer(rows: readonly Row[]): Promise<Row[]>;
  /** @throws OperatorError where nothing can be tried at all */
  retries(): Promise<Retries<Row, Unit>>;
  /** Undefined where only messages can be discarded. */
  settling?: Settling<Row>;
}

/** The two words that name a row. */
export function nameOf<Row extends FailureRow, Unit>(
  { nameParts: [first, second] }: Pick<FailureTarget<Row, Unit>, 'nameParts'>,
  row: Row,
): Name {
  return [String(row[first]), String(row[second])];
}

/** Rows in the order of their names. @param read those whose first word is the same, by the second */
export async function rowsNamed<Row>(
  names: readonly Name[],
  read: (first: string, seconds: string[]) => Promise<Map<string, Row>>,
): Promise<(Row | undefined)[]> {
  const found = new Map<string, Map<string, Row>>();
  for (const [first, own] of Map.groupBy(names, ([word]) => word)) {
    const seconds = own.map(([, second]) => second);
    found.set(first, await read(first, seconds));
  }
  return names.map(([first, second]) => found.get(first)?.get(second));
}
