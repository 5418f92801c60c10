/** What a client has spent on the system at the other end so far. */
export class CallStatistics {
  calls = 0;
  /** Calls that may change something. */
  writes = 0;
  milliseconds = 0;
  readonly byFunction: Record<string, { calls: number; milliseconds: number }> = {};
  readonly #isWriting: (name: string) => boolean;

  /** @param isWriting whether a call of this name may change something at the other end */
  constructor(isWriting: (name: string) => boolean) {
    this.#isWriting = isWriting;
  }

  /**
   * Makes a call, and counts it when it is over.
   *
   * @param onEnd told how long it took, and what it failed with
   */
  async counted<T>(
    name: string,
    work: () => Promise<T>,
    onEnd: (milliseconds: number, failure: unknown) => void,
  ): Promise<T> {
    const started = performance.now();
    let failure: unknown;
    try {
      return await work();
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      const milliseconds = performance.now() - started;
      this.#count(name, milliseconds);
      onEnd(milliseconds, failure);
    }
  }

  #count(name: string, milliseconds: number): void {
    this.calls += 1;
    if (this.#isWriting(name)) this.writes += 1;
    this.milliseconds += milliseconds;
    this.byFunction[name] ??= { calls: 0, milliseconds: 0 };
    const own = this.byFunction[name];
    own.calls += 1;
    own.milliseconds += milliseconds;
  }
}
