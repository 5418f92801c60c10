import { collate } from './collate.ts';
import type { Journal } from './journal.ts';

/** Of a row, the key under which an index finds it; undefined leaves it out of the index. */
type IndexKey<Row> = (row: Row) => string | number | undefined;

interface TableOptions<Row, IndexName> {
  /** Indexes of which the database itself takes each key once; most of Moodle's keys are only looked at. */
  unique?: readonly IndexName[];
  /** Told of each row that is written, when it is and not when others see it. */
  onWrite?: (row: Row) => void;
}

/** The database has a row with this unique key already. */
export class DuplicateKeyError extends Error {
  override name = 'DuplicateKeyError';
}

/**
 * Rows by id, with indexes that keep look-ups quick for thousands of them. Rows are never changed in place, so one
 * that was handed out stays what it was. Ids count up and, like a database's, are not given again after a rollback.
 */
export class Table<Row extends { readonly id: number }, IndexName extends string> {
  readonly #rows = new Map<number, Row>();
  readonly #indexes = new Map<IndexName, { keyOf: IndexKey<Row>; ids: Map<string | number, Set<number>> }>();
  readonly #journal: Journal;
  readonly #options: TableOptions<Row, IndexName>;
  #lastId = 0;

  constructor(
    journal: Journal,
    indexes: Record<IndexName, IndexKey<Row>>,
    options: TableOptions<Row, IndexName> = {},
  ) {
    this.#journal = journal;
    this.#options = options;
    for (const [name, keyOf] of Object.entries(indexes) as [IndexName, IndexKey<Row>][])
      this.#indexes.set(name, { keyOf, ids: new Map() });
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  /** All rows in the order of their ids. */
  all(): Row[] {
    return [...this.#rows.values()].sort((a, b) => a.id - b.id);
  }

  /** The rows an index holds under `key`, in the order of their ids. */
  find(index: IndexName, key: string | number): Row[] {
    const ids = this.#indexes.get(index)?.ids.get(fold(key));
    if (!ids) return [];
    // Most keys have one row, and a report looks up thousands of them.
    const sorted = ids.size === 1 ? [...ids] : [...ids].sort((a, b) => a - b);
    return sorted.flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** How many rows an index holds under `key`. */
  count(index: IndexName, key: string | number): number {
    return this.#indexes.get(index)?.ids.get(fold(key))?.size ?? 0;
  }

  insert(values: Omit<Row, 'id'>): Row {
    this.#lastId += 1;
    const row = { ...values, id: this.#lastId } as Row;
    this.#replace(row.id, row);
    return row;
  }

  /** Members that are undefined in `changes` stay as they are. */
  update(id: number, changes: Partial<Omit<Row, 'id'>>): void {
    const row = this.#rows.get(id);
    if (!row) return;
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    this.#replace(id, { ...row, ...given });
  }

  delete(id: number): void {
    this.#replace(id, undefined);
  }

  #replace(id: number, next: Row | undefined): void {
    const previous = this.#rows.get(id);
    this.#put(id, previous, next);
    this.#options.onWrite?.((next ?? previous) as Row);
    this.#journal.record(
      () => this.#put(id, next, previous),
      () => this.#put(id, previous, next),
    );
  }

  /** @throws DuplicateKeyError */
  #put(id: number, from: Row | undefined, to: Row | undefined): void {
    if (to && !from) this.#requireUnique(to);
    for (const { keyOf, ids } of this.#indexes.values()) {
      if (from) forget(ids, keyOf(from), id);
      if (to) remember(ids, keyOf(to), id);
    }
    if (to) this.#rows.set(id, to);
    else this.#rows.delete(id);
  }

  #requireUnique(row: Row): void {
    for (const name of this.#options.unique ?? []) {
      const { keyOf, ids } = this.#indexes.get(name)!;
      const key = keyOf(row);
      if (key !== undefined && ids.has(fold(key))) throw new DuplicateKeyError(`${name} is taken`);
    }
  }
}

function fold(key: string | number): string | number {
  return typeof key === 'number' ? key : collate(key);
}

function remember(
  ids: Map<string | number, Set<number>>,
  key: string | number | undefined,
  id: number,
): void {
  if (key === undefined) return;
  const known = ids.get(fold(key));
  if (known) known.add(id);
  else ids.set(fold(key), new Set([id]));
}

function forget(ids: Map<string | number, Set<number>>, key: string | number | undefined, id: number): void {
  if (key === undefined) return;
  const known = ids.get(fold(key));
  known?.delete(id);
  if (known?.size === 0) ids.delete(fold(key));
}
