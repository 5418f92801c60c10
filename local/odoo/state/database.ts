import { Journal } from '#local/moodle/state/journal.ts';
import type { Row, Stored } from '../orm/field.ts';
import type { Model, Models } from '../orm/model.ts';
import { Table } from './table.ts';

/** The tables of one Odoo, and their transactions. */
export class Database {
  readonly #journal = new Journal();
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(models: Models) {
    this.#tables = new Map(
      models.all().map((model) => [model.name, new Table(this.#journal, indexesOf(model))]),
    );
  }

  table(model: string): Table {
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
function indexesOf({ fields, unique = [] }: Model): string[][] {
  const references = Object.entries(fields).filter(
    ([, { type, related }]) => type === 'many2one' && related === undefined,
  );
  return [...references.map(([name]) => [name]), ...unique.map((constraint) => [...constraint.fields])];
}
