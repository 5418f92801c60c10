import type { Journal } from './journal.ts';

export type Key = string | number;
/**
 * The key under which an index finds a row: the value of a column, those of several with a slash between them, or what
 * is made of the row, where undefined leaves it out of the index.
 */
export type KeyOf<Row> = keyof Row | readonly (keyof Row)[] | ((row: Row) => Key | undefined);

interface Index<Row> {
  keyOf: (row: Row) => Key | undefined;
  ids: Map<Key, Set<number>>;
}

interface Options<Row, IndexName> {
  /** Indexes of which the database itself takes each key once. */
  unique?: readonly IndexName[];
  /** Told of each row that is written, when it is and not when others see it. */
  onWrite?: (row: Row) => void;
}

/** The database has a row with this unique key already. */
export class DuplicateKeyError extends Error {
  override name = 'DuplicateKeyError';
}

/**
 * Rows by id, with indexes that keep look-ups quick for tens of thousands of them. Rows are never changed in place, so
 * one that was handed out stays what it was. Ids count up and, like a database's, are not given again after a rollback.
 */
export class Table<Row extends { readonly id: number }, IndexName extends string> {
  readonly #rows = new Map<number, Row>();
  readonly #indexes: ReadonlyMap<IndexName, Index<Row>>;
  /** Rows of another site, as they were. */
  readonly #taken = new Map<number, Row>();
  readonly #journal: Journal;
  readonly #options: Options<Row, IndexName>;
  #lastId = 0;
  #sorted: readonly Row[] | undefined;

  constructor(
    journal: Journal,
    indexes: Record<IndexName, KeyOf<Row>>,
    options: Options<Row, IndexName> = {},
  ) {
    this.#journal = journal;
    this.#options = options;
    const entries = Object.entries(indexes) as [IndexName, KeyOf<Row>][];
    this.#indexes = new Map(entries.map(([name, of]) => [name, { keyOf: keyFunction(of), ids: new Map() }]));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  /** All rows in the order of their ids. */
  all(): readonly Row[] {
    this.#sorted ??= [...this.#rows.values()].sort((a, b) => a.id - b.id);
    return this.#sorted;
  }

  /** The rows an index holds under `key`, in the order of their ids. */
  find(index: IndexName, key: Key): Row[] {
    const ids = this.#idsOf(index, key);
    if (!ids) return [];
    // Most keys have one row, and a report looks up thousands of them.
    const sorted = ids.size === 1 ? [...ids] : [...ids].sort((a, b) => a - b);
    return sorted.flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** The oldest row that an index holds under `key`. */
  first(index: IndexName, key: Key): Row | undefined {
    return this.find(index, key)[0];
  }

  /** How many rows an index holds under `key`. */
  count(index: IndexName, key: Key): number {
    return this.#idsOf(index, key)?.size ?? 0;
  }

  /** The next id, taken from now on whatever becomes of the transaction. */
  takeId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  insert(values: Omit<Row, 'id'>): Row {
    const row = { ...values, id: this.takeId() } as Row;
    this.put(row);
    return row;
  }

  /** Stores a row in place of the one with its id, if there is one. */
  put(row: Row): void {
    this.#replace(row.id, row);
  }

  /** Has the rows that are made here get ids from this one on. */
  giveIdsFrom(id: number): void {
    this.#lastId = id - 1;
  }

  /** Takes over a row of another site, under the id that it has there, unless it was taken over before. */
  take(row: Row): void {
    if (this.#taken.has(row.id)) return;
    this.#taken.set(row.id, row);
    this.put(row);
  }

  /** Rows that are not as they were taken over, or were never: before and now. */
  changes(): { before: Row | undefined; after: Row | undefined }[] {
    const ids = new Set([...this.#taken.keys(), ...this.#rows.keys()]);
    return [...ids]
      .sort((a, b) => a - b)
      .map((id) => ({ before: this.#taken.get(id), after: this.#rows.get(id) }))
      .filter(({ before, after }) => before !== after);
  }

  /** Members that are undefined in `changes` stay as they are. */
  update(id: number, changes: Partial<Omit<Row, 'id'>>): void {
    const row = this.#rows.get(id);
    if (!row) return;
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    this.put({ ...row, ...Object.fromEntries(given) });
  }

  delete(id: number): void {
    this.#replace(id, undefined);
  }

  /** Deletes the rows an index holds under `key`. */
  deleteAll(index: IndexName, key: Key): void {
    for (const { id } of this.find(index, key)) this.delete(id);
  }

  /** Everything as it is now. @returns a function that makes it so again, the ids that are given out next included */
  backup(): () => void {
    const [rows, lastId] = [this.all(), this.#lastId];
    return () => {
      for (const { id } of this.all()) this.delete(id);
      for (const row of rows) this.put(row);
      this.#lastId = lastId;
    };
  }

  #replace(id: number, next: Row | undefined): void {
    const previous = this.#rows.get(id);
    this.#exchange(id, previous, next);
    this.#options.onWrite?.((next ?? previous) as Row);
    this.#journal.record(
      () => this.#exchange(id, next, previous),
      () => this.#exchange(id, previous, next),
    );
  }

  /** @throws DuplicateKeyError */
  #exchange(id: number, from: Row | undefined, to: Row | undefined): void {
    if (to && !from) this.#requireUnique(to);
    this.#sorted = undefined;
    for (const { keyOf, ids } of this.#indexes.values()) {
      const [old, fresh] = [from && keyOf(from), to && keyOf(to)];
      if (old === fresh) continue;
      if (old !== undefined) forget(ids, this.fold(old), id);
      if (fresh !== undefined) remember(ids, this.fold(fresh), id);
    }
    if (to) this.#rows.set(id, to);
    else this.#rows.delete(id);
  }

  #requireUnique(row: Row): void {
    for (const name of this.#options.unique ?? []) {
      const key = this.#indexes.get(name)!.keyOf(row);
      if (key !== undefined && this.count(name, key) > 0) throw new DuplicateKeyError(`${name} is taken`);
    }
  }

  #idsOf(index: IndexName, key: Key): ReadonlySet<number> | undefined {
    const found = this.#indexes.get(index);
    if (!found) throw new Error(`there is no index on ${index}`);
    return found.ids.get(this.fold(key));
  }

  /** One form for all keys that the database takes for equal. */
  protected fold(key: Key): Key {
    return key;
  }
}

function keyFunction<Row>(of: KeyOf<Row>): Index<Row>['keyOf'] {
  if (typeof of === 'function') return of;
  if (typeof of === 'object') return (row) => of.map((column) => row[column]).join('/');
  return (row) => row[of] as Key | undefined;
}

function remember(ids: Map<Key, Set<number>>, key: Key, id: number): void {
  const known = ids.get(key);
  if (known) known.add(id);
  else ids.set(key, new Set([id]));
}

function forget(ids: Map<Key, Set<number>>, key: Key, id: number): void {
  const known = ids.get(key);
  known?.delete(id);
  if (known?.size === 0) ids.delete(key);
}
