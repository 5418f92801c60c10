import { Journal } from '#local/state/journal.ts';
import { Table } from '#local/state/table.ts';

/**
 * A value as it is stored: null for NULL, a datetime as milliseconds since 1970 with a fraction (Odoo stores
 * microseconds and shows seconds), a many2one as an id, an x2many as ids.
 */
export type Stored = null | string | number | boolean | readonly number[];

export type Row = { readonly id: number; readonly [field: string]: Stored };

type Values = Readonly<Record<string, Stored>>;

/** A table of Odoo's, whose rows are looked up by the values of some fields. */
export class ModelTable extends Table<Row, string> {
  constructor(journal: Journal, indexes: readonly (readonly string[])[]) {
    const sorted = indexes.map((fields) => fields.toSorted());
    super(journal, Object.fromEntries(sorted.map((fields) => [fields.join(), (row) => keyOf(fields, row)])));
  }

  /** The rows that have these values, in the order of their ids; none where a value is NULL. */
  having(values: Values): Row[] {
    const fields = Object.keys(values).sort();
    const key = keyOf(fields, values);
    return key === undefined ? [] : this.find(fields.join(), key);
  }
}

/** The tables of one Odoo, and their transactions. */
export class Database {
  readonly #journal = new Journal();
  readonly #tables: ReadonlyMap<string, ModelTable>;

  /** @param indexes by model, the fields that its rows are looked up by */
  constructor(indexes: Readonly<Record<string, readonly (readonly string[])[]>>) {
    this.#tables = new Map(
      Object.entries(indexes).map(([model, lists]) => [model, new ModelTable(this.#journal, lists)]),
    );
  }

  table(model: string): ModelTable {
    const table = this.#tables.get(model);
    if (!table) throw new Error(`the database has no table of ${model}`);
    return table;
  }

  row(model: string, id: Stored | undefined): Row | undefined {
    return typeof id === 'number' ? this.table(model).get(id) : undefined;
  }

  /** All tables as they are now. @returns a function that restores them */
  backup(): () => void {
    const restores = [...this.#tables.values()].map((table) => table.backup());
    return () => {
      for (const restore of restores) restore();
    };
  }

  /** Runs `work`; when it throws, everything it changed is as before. */
  transaction<T>(work: () => T): T {
    return this.#journal.transaction(work);
  }
}

function keyOf(fields: readonly string[], row: Values): string | undefined {
  const values = fields.map((field) => row[field] ?? null);
  return values.includes(null) ? undefined : JSON.stringify(values);
}
