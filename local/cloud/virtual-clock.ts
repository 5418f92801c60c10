/** Something that will happen at a virtual time. */
export interface PendingDelay {
  /** virtual time in milliseconds since 1970 */
  readonly at: number;
  /** what is waiting, e.g. `message push-queue` or `schedule retry/abc` */
  readonly label: string;
}

interface Entry extends PendingDelay {
  readonly action: () => void;
}

interface Sleeper {
  readonly wakes: number;
  readonly wake: () => void;
}

/** Turns of the event loop in which whoever is about to do something does it, requests over loopback included. */
const quietTurns = 10;

/** Node's timers overflow above this and would fire at once. */
const longestTimer = 2 ** 31 - 1;

/** Real time plus an offset that tests move forward; fires what falls due in order, also when it is not moved. */
export class VirtualClock {
  #offset = 0;
  #entries: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(offset: number) => void>();
  #spent = 0;
  #sleepers: Sleeper[] = [];
  #isWaking = false;

  /** @returns virtual time in milliseconds since 1970 */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Milliseconds the virtual time is ahead of the real one. */
  get offset(): number {
    return this.#offset;
  }

  /** Milliseconds that running functions have spent so far, by `spend`. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * What takes time while functions wait for it, such as a slow peer's answer, in the time of those functions and
   * without anybody waiting: once nothing else is about to happen, whoever is due first goes on. The virtual time of day
   * stands still meanwhile.
   */
  spend(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sleepers.push({ wakes: this.#spent + milliseconds, wake: resolve });
    if (!this.#isWaking) void this.#wake();
    return promise;
  }

  /**
   * @param at virtual time in milliseconds; a past one fires in the next turn of the event loop
   * @param label shown by `pending`
   * @param action must not throw; asynchronous work takes its activity token in it synchronously
   * @returns cancels it, harmless once fired
   */
  schedule(at: number, label: string, action: () => void): () => void {
    const entry: Entry = { at, label, action };
    let index = this.#entries.length;
    while (index > 0 && (this.#entries[index - 1]?.at ?? 0) > at) index -= 1;
    this.#entries.splice(index, 0, entry);
    if (index === 0) this.#arm();
    return () => {
      const position = this.#entries.indexOf(entry);
      if (position >= 0) this.#entries.splice(position, 1);
    };
  }

  /** @returns when the next thing falls due, in virtual milliseconds, or undefined */
  nextDue(): number | undefined {
    return this.#entries[0]?.at;
  }

  /** @returns everything that waits, the next first */
  pending(): PendingDelay[] {
    return this.#entries.map(({ at, label }) => ({ at, label }));
  }

  /** Moves the time forward, stopping at every due moment on the way so that each action sees its own time. */
  advance(milliseconds: number): void {
    const target = this.now() + milliseconds;
    for (let next = this.#entries[0]; next && next.at <= target; next = this.#entries[0]) {
      this.#offset += Math.max(0, next.at - this.now());
      this.#entries.shift();
      next.action();
    }
    this.#offset += Math.max(0, target - this.now());
    for (const listener of this.#listeners) listener(this.#offset);
    this.#arm();
  }

  /** @param listener told the new offset after each `advance`. @returns ends that */
  onAdvance(listener: (offset: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets everything that waits. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#entries = [];
    this.#listeners.clear();
  }

  async #wake(): Promise<void> {
    this.#isWaking = true;
    while (this.#sleepers.length > 0) {
      for (let turn = 0; turn < quietTurns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      this.#spent = Math.min(...this.#sleepers.map(({ wakes }) => wakes));
      const due = this.#sleepers.filter(({ wakes }) => wakes <= this.#spent);
      this.#sleepers = this.#sleepers.filter((sleeper) => !due.includes(sleeper));
      for (const { wake } of due) wake();
    }
    this.#isWaking = false;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#entries[0];
    if (!next) return;
    const wait = Math.min(Math.max(0, next.at - this.now()), longestTimer);
    this.#timer = setTimeout(() => this.#fireDue(), wait);
    this.#timer.unref();
  }

  #fireDue(): void {
    for (let next = this.#entries[0]; next && next.at <= this.now(); next = this.#entries[0]) {
      this.#entries.shift();
      next.action();
    }
    this.#arm();
  }
}
