import * as z from 'zod';
import { dayOf } from '#shared/models/fields/school-day.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { PullRow, PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { isMark } from './marks.ts';

/** What is remembered of a session, to tell what has changed in it. */
const knownSessionSchema = z.object({
  /** Hashes of the marks that were pulled, by the user's Moodle id; those that were taken back are told by `isMark`. */
  marks: z.record(z.string(), z.string()).default({}),
  /** The activity that it was in. */
  attendanceid: z.number().default(0),
  /** Its day, when that was last brought to its sheet. */
  date: z.string().default(''),
  /** The ERP's own sheet that the session was made for: a teacher may remove the mark that tells so. */
  sheet: z.string().optional(),
});
type KnownSession = Readonly<z.infer<typeof knownSessionSchema>>;

/** The sessions of a course that have records, as they are remembered from the pulls before. */
export class KnownSessions {
  readonly #prefix: string;
  readonly #timeZone: string;
  readonly #sessions = new Map<number, KnownSession>();
  readonly #changed = new Set<number>();

  private constructor(course: string, timeZone: string) {
    this.#prefix = `attendance/${course}/`;
    this.#timeZone = timeZone;
  }

  /** @param course its idnumber */
  static async read(
    course: string,
    { instance, states }: { instance: PullSession['instance']; states: Pick<PullStates, 'list'> },
  ): Promise<KnownSessions> {
    const known = new KnownSessions(course, instance.time_zone);
    for (const { key, values } of await states.list(instance.id, known.#prefix))
      known.#sessions.set(Number(key.slice(known.#prefix.length)), knownSessionSchema.parse(values));
    return known;
  }

  /** The rows that have changed, to be put once the records are written. */
  changedRows(): PullRow[] {
    return [...this.#changed].map((id) => ({
      key: `${this.#prefix}${id}`,
      values: { ...this.#sessions.get(id) },
    }));
  }

  /** What is known of a session; of one that is new, where and when it is. */
  of({ id, attendanceid, sessdate }: AttendanceSession): KnownSession {
    return this.#sessions.get(id) ?? { marks: {}, attendanceid, date: dayOf(sessdate, this.#timeZone) };
  }

  set(id: number, session: KnownSession): void {
    this.#sessions.set(id, session);
    this.#changed.add(id);
  }

  /** No mark of the session counts any more. */
  empty(id: number): void {
    const session = this.#sessions.get(id);
    if (session) this.set(id, { ...session, marks: {} });
  }

  /** All that are remembered, by their ids. */
  all(): [id: number, session: KnownSession][] {
    return [...this.#sessions];
  }

  /** How many marks of the course the records have. */
  get marks(): number {
    return [...this.#sessions.values()].flatMap(({ marks }) => Object.values(marks).filter(isMark)).length;
  }
}
