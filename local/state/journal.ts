/** One change of a transaction: how to take it back, and how to make it once more. */
interface JournalEntry {
  undo: () => void;
  redo: () => void;
}

/** What a transaction has done and nobody else sees yet. */
export interface Staged<T> {
  result: T;
  /** Shows it to everybody. @throws what a row throws that cannot be stored any more; then nothing has happened */
  commit(): void;
}

/** Remembers how to undo what a transaction has done so far. */
export class Journal {
  #entries: JournalEntry[] | undefined;

  /** Notes how to take back one change and how to make it again; outside a transaction nothing is kept. */
  record(undo: () => void, redo: () => void): void {
    this.#entries?.push({ undo, redo });
  }

  /** Runs `work`; when it throws, everything it changed is as before. A transaction inside one undoes only its part. */
  transaction<T>(work: () => T): T {
    return this.#journaled(work).result;
  }

  /**
   * Runs `work` and hides what it has done until it is committed, as a database does. Only for new rows: a row that
   * was changed would overwrite what others make of it in the meantime.
   */
  stage<T>(work: () => T): Staged<T> {
    const { result, entries } = this.#journaled(work);
    undoAll(entries);
    return {
      result,
      commit: () =>
        this.transaction(() => {
          for (const { undo, redo } of entries) {
            redo();
            this.record(undo, redo);
          }
        }),
    };
  }

  #journaled<T>(work: () => T): { result: T; entries: JournalEntry[] } {
    const outer = this.#entries;
    const entries: JournalEntry[] = [];
    this.#entries = entries;
    try {
      const result = work();
      outer?.push(...entries);
      return { result, entries };
    } catch (error) {
      this.#entries = undefined;
      undoAll(entries);
      throw error;
    } finally {
      this.#entries = outer;
    }
  }
}

function undoAll(entries: readonly JournalEntry[]): void {
  for (const { undo } of entries.toReversed()) undo();
}
