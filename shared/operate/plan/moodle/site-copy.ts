import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { UndoLog } from './undo-log.ts';

/** What the copies of one Moodle's tables have in common. */
export class SiteCopy {
  /** The Moodle itself, of which only reading functions are called. */
  readonly moodle: MoodleCaller;
  readonly undo = new UndoLog();
  /** Whether it takes several accounts with one e-mail address. */
  readonly sharesEmails: boolean;
  #lastId = 0;

  constructor(moodle: MoodleCaller, sharesEmails: boolean) {
    this.moodle = moodle;
    this.sharesEmails = sharesEmails;
  }

  /** An id for what the dry run makes. Moodle's own are positive. */
  nextId(): number {
    this.#lastId -= 1;
    return this.#lastId;
  }
}

/** Whether something exists in the dry run only, so that Moodle need not be asked about it. */
export function isMadeUp(id: number): boolean {
  return id < 0;
}

/** What was asked of Moodle already. A question that Moodle refused to answer is asked again. */
export class Asked<Value extends string | number> {
  readonly #known = new Set<Value>();

  has(value: Value): boolean {
    return this.#known.has(value);
  }

  /** Asks about those of the values that are not known yet. */
  async ask(values: Iterable<Value>, question: (fresh: Value[]) => Promise<void>): Promise<void> {
    const fresh = [...new Set(values)].filter((value) => !this.#known.has(value));
    if (fresh.length === 0) return;
    await question(fresh);
    for (const value of fresh) this.#known.add(value);
  }
}

/** Has a call refused as Moodle would. @throws MoodleError */
export function refuse(moodleFunction: string, errorcode: string): never {
  throw new MoodleError(moodleFunction, errorcode);
}
