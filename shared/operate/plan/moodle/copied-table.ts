import type { UndoLog } from './undo-log.ts';

type Key = string | number;

/** One row before and after the dry run. */
export interface RowChange<Row> {
  /** Undefined where it would be made. */
  before: Row | undefined;
  /** Undefined where it would be taken away. */
  after: Row | undefined;
}

interface TableIndex<Row> {
  keyOf: (row: Row) => Key | undefined;
  keys: Map<Key, Set<Key>>;
}

/**
 * The rows of one kind that a dry run has read from Moodle, with what it would have written. Rows are never changed
 * in place, so one that was handed out stays what it was. Text is compared without regard to case, as Moodle's
 * database does.
 */
export class CopiedTable<Row, Index extends string = never> {
  readonly #keyOf: (row: Row) => Key;
  readonly #undo: UndoLog;
  readonly #rows = new Map<Key, Row>();
  readonly #before = new Map<Key, Row | undefined>();
  readonly #indexes = new Map<Index, TableIndex<Row>>();

  constructor(
    keyOf: (row: Row) => Key,
    undo: UndoLog,
    indexes: Record<Index, (row: Row) => Key | undefined>,
  ) {
    this.#keyOf = keyOf;
    this.#undo = undo;
    for (const [name, of] of Object.entries(indexes) as [Index, (row: Row) => Key | undefined][])
      this.#indexes.set(name, { keyOf: of, keys: new Map() });
  }

  /** Takes in what Moodle holds. What the dry run has changed or taken away since stays so. */
  take(rows: Iterable<Row>): void {
    for (const row of rows) {
      const key = this.#keyOf(row);
      if (!this.#rows.has(key) && !this.#before.has(key)) this.#set(key, row);
    }
  }

  get(key: Key): Row | undefined {
    return this.#rows.get(key);
  }

  /** A row as Moodle holds it, whatever the dry run has done to it. */
  before(key: Key): Row | undefined {
    return this.#before.has(key) ? this.#before.get(key) : this.#rows.get(key);
  }

  /** The rows that an index holds under a value. */
  find(index: Index, value: Key): Row[] {
    const keys = this.#indexes.get(index)?.keys.get(folded(value)) ?? [];
    return [...keys].flatMap((key) => this.#rows.get(key) ?? []);
  }

  all(): Iterable<Row> {
    return this.#rows.values();
  }

  /** Makes a row, or puts it in the place of the one with its key. */
  put(row: Row): void {
    this.#change(this.#keyOf(row), row);
  }

  remove(key: Key): void {
    if (this.#rows.has(key)) this.#change(key, undefined);
  }

  /** All rows that were made, changed or taken away, also those that are in the end what they were. */
  changes(): RowChange<Row>[] {
    return [...this.#before].map(([key, before]) => ({ before, after: this.#rows.get(key) }));
  }

  #change(key: Key, row: Row | undefined): void {
    const previous = this.#rows.get(key);
    const isFirst = !this.#before.has(key);
    if (isFirst) this.#before.set(key, previous);
    this.#set(key, row);
    this.#undo.note(() => {
      this.#set(key, previous);
      if (isFirst) this.#before.delete(key);
    });
  }

  #set(key: Key, row: Row | undefined): void {
    const previous = this.#rows.get(key);
    for (const index of this.#indexes.values()) {
      if (previous !== undefined) forget(index, previous, key);
      if (row !== undefined) remember(index, row, key);
    }
    if (row === undefined) this.#rows.delete(key);
    else this.#rows.set(key, row);
  }
}

function remember<Row>({ keyOf, keys }: TableIndex<Row>, row: Row, key: Key): void {
  const value = keyOf(row);
  if (value === undefined) return;
  const known = keys.get(folded(value));
  if (known) known.add(key);
  else keys.set(folded(value), new Set([key]));
}

function forget<Row>({ keyOf, keys }: TableIndex<Row>, row: Row, key: Key): void {
  const value = keyOf(row);
  if (value === undefined) return;
  const known = keys.get(folded(value));
  known?.delete(key);
  if (known?.size === 0) keys.delete(folded(value));
}

function folded(value: Key): Key {
  return typeof value === 'number' ? value : value.toLowerCase();
}
