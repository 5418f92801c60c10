import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';

interface Waiting {
  unit: WorkUnit;
  /** Milliseconds since 1970. */
  at: number;
  isPutOff: boolean;
  /** What had changed before it was tried last. */
  changes: number;
}

/** What waits for another worker comes back this soon, in seconds; all that takes longer is put off. */
const soon = 60;

/** The units of a dry run, in the order in which they fall due. */
export class UnitQueue {
  #waiting: Waiting[] = [];

  /** @param changes counted before the work that puts the units off; -1 for units that are tried whatever happens */
  add(
    units: readonly WorkUnit[],
    { now, delaySeconds, changes }: { now: number; delaySeconds: number; changes: number },
  ) {
    const isPutOff = delaySeconds > soon;
    for (const unit of units) this.#waiting.push({ unit, at: now + delaySeconds * 1000, isPutOff, changes });
  }

  /**
   * The next unit to work off. One that was put off is worth a try only if anything has changed since it was tried: else
   * it would fare as it did.
   *
   * @param withPutOff false while units are still to come that are not put off
   * @param changes counted so far
   */
  next(withPutOff: boolean, changes: number): { unit: WorkUnit; at: number } | undefined {
    for (;;) {
      const candidates = this.#waiting.filter(({ isPutOff }) => withPutOff || !isPutOff);
      const [first, ...others] = candidates;
      if (!first) return undefined;
      const next = others.reduce((earliest, other) => (other.at < earliest.at ? other : earliest), first);
      this.#waiting = this.#waiting.filter((waiting) => waiting !== next);
      if (!next.isPutOff || changes > next.changes) return next;
    }
  }

  /** Records in the units that wait and are not put off. */
  get records(): number {
    return this.#waiting.reduce((sum, { unit, isPutOff }) => sum + (isPutOff ? 0 : unit.ids.length), 0);
  }
}
