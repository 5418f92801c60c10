/** Remembers how to undo what a transaction has done so far. */
export class Journal {
  #undos: (() => void)[] | undefined;

  /** Notes how to take back one change; outside a transaction nothing is kept. */
  record(undo: () => void): void {
    this.#undos?.push(undo);
  }

  /** Runs `work`; when it throws, everything it changed is as before. A transaction inside one undoes only its part. */
  transaction<T>(work: () => T): T {
    const outer = this.#undos;
    const undos: (() => void)[] = [];
    this.#undos = undos;
    try {
      const result = work();
      outer?.push(...undos);
      return result;
    } catch (error) {
      this.#undos = undefined;
      for (const undo of undos.reverse()) undo();
      throw error;
    } finally {
      this.#undos = outer;
    }
  }
}
