/** A transaction that is open; disposing it gives its locks back. */
export type OpenTransaction = Disposable & { readonly isDeadlocked: boolean };

/**
 * Decides which calls lose a deadlock: of two that overlap and lock two of the same rows in different orders, the one
 * that came later, with the given probability. The draw is seeded, so a run can be repeated.
 */
export class DeadlockDetector {
  readonly #open = new Set<readonly string[]>();
  readonly #probability: number;
  #seed: number;

  constructor(settings: { probability: number; seed: number } | undefined) {
    this.#probability = settings?.probability ?? 0;
    this.#seed = settings?.seed ?? 0;
  }

  /** Opens a transaction. @param locks the rows it locks, in the order in which it locks them */
  enter(locks: readonly string[]): OpenTransaction {
    const crosses = [...this.#open].some((other) => isCrossing(locks, other));
    const isDeadlocked = crosses && this.#draw() < this.#probability;
    this.#open.add(locks);
    return { isDeadlocked, [Symbol.dispose]: () => this.#open.delete(locks) };
  }

  // mulberry32: a small, seeded generator is all that is needed here.
  #draw(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}

/** Whether two lists share two members in different orders. */
export function isCrossing(one: readonly string[], other: readonly string[]): boolean {
  const place = new Map(other.map((lock, index) => [lock, index]));
  const places = one.flatMap((lock) => place.get(lock) ?? []);
  return places.some((at, index) => index > 0 && at < (places[index - 1] ?? 0));
}
