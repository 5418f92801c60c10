/** Lets one caller at a time work on a key; callers of other keys do not wait. */
export class KeyLock {
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * @param keys all are held while the work runs; taken in sorted order so that two callers never wait for each other
   * @returns the work's own result
   */
  async hold<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const releases: (() => void)[] = [];
    try {
      for (const key of [...new Set(keys)].sort()) releases.push(await this.#take(key));
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }

  async #take(key: string): Promise<() => void> {
    const before = this.#tails.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(key, promise);
    await before;
    return () => {
      if (this.#tails.get(key) === promise) this.#tails.delete(key);
      resolve();
    };
  }
}
