/** What is asked when it is first needed, and then known. A failure is not remembered. */
export class Once<T> {
  readonly #ask: () => Promise<T>;
  #known: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  async get(): Promise<T> {
    this.#known ??= this.#ask();
    try {
      return await this.#known;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Asks again next time. */
  forget(): void {
    this.#known = undefined;
  }
}
