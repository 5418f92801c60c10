import type { Clock } from '#shared/sync/ports.ts';

/** A clock that begins now and goes on only when it is told to: nobody waits in a dry run. */
export class VirtualClock implements Clock {
  #now: number;

  /** @param start milliseconds since 1970 */
  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
  }

  /** Goes on to a time; never back. */
  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
  }
}
