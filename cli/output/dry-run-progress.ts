import type { Progress } from './progress.ts';

/** Shows the dry runs of several instances as one piece of work: the records that were read, and those worked off. */
export class DryRunProgress {
  readonly #progress: Progress;
  #read = 0;
  #finished = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Takes note of records that were read. */
  readonly read = (count: number): void => {
    this.#read += count;
    this.#show(0, 0);
  };

  /** @returns what the dry run of one instance tells of its progress */
  next(): (done: number, total: number) => void {
    const before = this.#finished;
    return (done, total) => {
      this.#finished = before + done;
      this.#show(done, total);
    };
  }

  #show(done: number, total: number): void {
    this.#progress.update(this.#read + this.#finished, this.#read + this.#finished + total - done);
  }
}
