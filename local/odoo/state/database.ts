import { Journal } from '#local/state/journal.ts';
import { type KeyOf, Table } from '#local/state/table.ts';
import type { Model, Models, Row, Stored } from '../orm/model.ts';

type Values = Readonly<Record<string, Stored>>;

/** A table of Odoo's, whose rows are looked up by the values of some fields. */
export class ModelTable extends Table<Row, string> {
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

  constructor(models: Models) {
    this.#tables = new Map(
      models.all().map((model) => [model.name, new ModelTable(this.#journal, indexesOf(model))]),
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

/** What rows are looked up by: what they refer to, and what must be unique. */
function indexesOf({ fields, unique = [] }: Model): Record<string, KeyOf<Row>> {
  const references = Object.entries(fields).filter(
    ([, { type, related }]) => type === 'many2one' && related === undefined,
  );
  const indexed = [...references.map(([name]) => [name]), ...unique.map((each) => each.fields.toSorted())];
  return Object.fromEntries(indexed.map((names) => [names.join(), (row: Row) => keyOf(names, row)]));
}

function keyOf(fields: readonly string[], row: Values): string | undefined {
  const values = fields.map((field) => row[field] ?? null);
  return values.includes(null) ? undefined : JSON.stringify(values);
}
