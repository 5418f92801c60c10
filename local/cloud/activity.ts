/**
 * Counts what is under way anywhere in the embedded cloud, so that `idle()` needs no polling and no guessing:
 * whoever causes work takes a token before the causing call returns, and gives it back after the work's own
 * consequences have taken theirs. So the count is zero only when nothing can happen any more by itself.
 */
export class Activity {
  #running = 0;
  #waiting: (() => void)[] = [];

  /** Whether anything is under way. */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** Takes a token. @returns gives it back; calling it twice counts once */
  begin(): () => void {
    this.#running += 1;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.#running -= 1;
      if (this.#running === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    };
  }

  /** Holds a token while the work runs. @returns the work's own result */
  async track<T>(work: () => Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    // An answer that has just been sent may still lead to the next request in this turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#running > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
