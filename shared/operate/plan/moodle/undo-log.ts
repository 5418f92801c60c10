/** Takes back what a call has changed so far when it turns out to be refused: Moodle's bulk calls are all or nothing. */
export class UndoLog {
  #steps: (() => void)[] | undefined;

  /** Runs `work`; when it throws, nothing of it has happened. */
  allOrNothing<T>(work: () => T): T {
    const steps: (() => void)[] = [];
    this.#steps = steps;
    try {
      return work();
    } catch (error) {
      this.#steps = undefined;
      for (const step of steps.reverse()) step();
      throw error;
    } finally {
      this.#steps = undefined;
    }
  }

  /** Notes how to take back what was just done, where it is part of something that may be refused. */
  note(step: () => void): void {
    this.#steps?.push(step);
  }
}
