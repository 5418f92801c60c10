import type { Journal } from '#local/moodle/state/journal.ts';
import type { Row, Stored } from '../orm/field.ts';

type Index = { fields: readonly string[]; ids: Map<string, Set<number>> };

/**
 * Rows by id, with indexes that keep look-ups quick for tens of thousands of them. Rows are never changed in place, so
 * one that was handed out stays what it was. Ids count up and are not given again, not even after a rollback.
 */
export class Table {
  readonly #rows = new Map<number, Row>();
  readonly #indexes: readonly Index[];
  readonly #journal: Journal;
  #lastId = 0;
  #sorted: Row[] | undefined;

  /** @param indexes the fields that rows are looked up by */
  constructor(journal: Journal, indexes: readonly (readonly string[])[]) {
    this.#journal = journal;
    this.#indexes = indexes.map((fields) => ({ fields, ids: new Map() }));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: number): Row | undefined {
    return this.#rows.get(id);
  }

  /** All rows in the order of their ids. */
  all(): readonly Row[] {
    this.#sorted ??= [...this.#rows.values()].sort((one, other) => one.id - other.id);
    return this.#sorted;
  }

  /** The rows that have these values, in the order of their ids; none where a value is NULL. */
  find(values: Readonly<Record<string, Stored>>): Row[] {
    const names = Object.keys(values);
    const index = this.#indexes.find(
      ({ fields }) => fields.length === names.length && fields.every((field) => field in values),
    );
    if (!index) throw new Error(`there is no index on ${names.join(', ')}`);
    const ids = index.ids.get(keyOf(index, values) ?? '') ?? [];
    return [...ids].sort((one, other) => one - other).flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** The next id, taken from now on whatever becomes of the transaction. */
  takeId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  put(row: Row): void {
    this.#replace(row.id, row);
  }

  delete(id: number): void {
    this.#replace(id, undefined);
  }

  /** Everything as it is now. @returns a function that makes it so again, the ids that are given out next included */
  backup(): () => void {
    const [rows, lastId] = [[...this.#rows.values()], this.#lastId];
    return () => {
      for (const row of this.all()) this.delete(row.id);
      for (const row of rows) this.put(row);
      this.#lastId = lastId;
    };
  }

  #replace(id: number, next: Row | undefined): void {
    const previous = this.#rows.get(id);
    this.#exchange(id, previous, next);
    this.#journal.record(
      () => this.#exchange(id, next, previous),
      () => this.#exchange(id, previous, next),
    );
  }

  #exchange(id: number, from: Row | undefined, to: Row | undefined): void {
    this.#sorted = undefined;
    for (const index of this.#indexes) {
      const [old, fresh] = [from && keyOf(index, from), to && keyOf(index, to)];
      if (old === fresh) continue;
      if (old !== undefined) forget(index.ids, old, id);
      if (fresh !== undefined) remember(index.ids, fresh, id);
    }
    if (to) this.#rows.set(id, to);
    else this.#rows.delete(id);
  }
}

function keyOf({ fields }: Index, row: Readonly<Record<string, Stored>>): string | undefined {
  const values = fields.map((field) => row[field] ?? null);
  return values.includes(null) ? undefined : JSON.stringify(values);
}

function remember(ids: Map<string, Set<number>>, key: string, id: number): void {
  const known = ids.get(key);
  if (known) known.add(id);
  else ids.set(key, new Set([id]));
}

function forget(ids: Map<string, Set<number>>, key: string, id: number): void {
  const known = ids.get(key);
  known?.delete(id);
  if (known?.size === 0) ids.delete(key);
}
