import { unlink } from '../orm/deleting.ts';
import type { Environment } from '../orm/model.ts';
import { readRow } from '../orm/reading.ts';
import { create, type Values, write } from '../orm/saving.ts';
import { LateTransaction } from './late-transaction.ts';

/** What people do in the ERP's own forms: under the same rules, each save a transaction of its own. */
export class Registrar {
  readonly #begin: () => Environment;

  /** @param begin what a transaction that begins now works with */
  constructor(begin: () => Environment) {
    this.#begin = begin;
  }

  /** @returns the new record's id @throws OdooException */
  create(model: string, values: Values): number {
    return this.#saved((env) => create(env.models.get(model), [values], env))[0]!;
  }

  /** Whether a form of the model has the field: Odoo's releases differ. */
  hasField(model: string, name: string): boolean {
    const { models } = this.#begin();
    return models.find(models.get(model), name) !== undefined;
  }

  /** @throws OdooException */
  write(model: string, id: number, values: Values): void {
    this.#saved((env) => write(env.models.get(model), [id], values, env));
  }

  archive(model: string, id: number): void {
    this.write(model, id, { active: false });
  }

  /** @throws OdooException when other records need it */
  unlink(model: string, id: number): void {
    this.#saved((env) => unlink(env.models.get(model), [id], env));
  }

  /** A record as `read()` gives it; undefined where there is none. */
  read(model: string, id: number): Record<string, unknown> | undefined {
    const env = this.#begin();
    const row = env.database.row(model, id);
    const definition = env.models.get(model);
    const fields = Object.keys(env.models.fieldsOf(definition));
    return row && readRow(row, definition, fields, env, { withNames: true, activeTest: false });
  }

  /** All records of a model, archived ones too. */
  all(model: string): Record<string, unknown>[] {
    const ids = this.#begin().database.table(model).all();
    return ids.map(({ id }) => this.read(model, id)!);
  }

  /** Begins a transaction that others see nothing of until it is committed, however long that takes. */
  begin(): LateTransaction {
    return new LateTransaction(this.#begin());
  }

  #saved<T>(work: (env: Environment) => T): T {
    const env = this.#begin();
    return env.database.transaction(() => work(env));
  }
}
