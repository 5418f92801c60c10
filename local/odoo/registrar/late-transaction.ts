import { unlink } from '../orm/deleting.ts';
import type { Environment } from '../orm/model.ts';
import { create, type Values, write } from '../orm/saving.ts';

/**
 * A transaction that takes its time: an import of a thousand students, a form that waits for somebody. What it saves
 * carries the time at which it began and ids taken while it ran, and is seen only once it commits, when others have
 * long read newer dates and higher ids. Its rules are checked when it commits.
 */
export class LateTransaction {
  readonly #env: Environment;
  readonly #steps: (() => void)[] = [];

  /** @param env of the time at which it began */
  constructor(env: Environment) {
    this.#env = env;
  }

  /** @returns the id that the record will have */
  create(model: string, values: Values): number {
    const id = this.#env.database.table(model).takeId();
    this.#steps.push(() => create(this.#env.models.get(model), [values], this.#env, [id]));
    return id;
  }

  write(model: string, id: number, values: Values): void {
    this.#steps.push(() => write(this.#env.models.get(model), [id], values, this.#env));
  }

  unlink(model: string, id: number): void {
    this.#steps.push(() => unlink(this.#env.models.get(model), [id], this.#env));
  }

  /** Makes all of it seen at once. A transaction that is never committed has not been. @throws OdooException */
  commit(): void {
    const steps = this.#steps.splice(0);
    this.#env.database.transaction(() => {
      for (const step of steps) step();
    });
  }
}
