import * as z from 'zod';
import type { MappingStore } from '#shared/moodle/mappings/mapping.ts';
import { pullStateOf } from '#shared/moodle/pulls/mapped-courses.ts';
import type { PullStates } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import type { StudentProgress } from './completion-answer.ts';

const hour = 60 * 60_000;

/**
 * How long a course is believed to have no criteria, and from when on that is noted anew. Each student is looked at
 * once a day whatever is remembered, so a new criterion is found within a day; and as the belief lasts half a day
 * longer, even the only student of a course renews it before it ends.
 */
const believedFor = 36 * hour;
const renewedAfter = 12 * hour;

/** What the pull of completion notes on a course's mapping. */
const memorySchema = z.object({ criteria: z.boolean(), at: z.iso.datetime() });
type CriteriaMemory = z.infer<typeof memorySchema>;

/** Whether a course is remembered to have nothing that makes it complete. @param now milliseconds since 1970 */
export function lacksCriteria(memory: unknown, now: number): boolean {
  const known = memorySchema.safeParse(memory).data;
  return known?.criteria === false && now - Date.parse(known.at) < believedFor;
}

/** What is to be remembered of a course; undefined where nothing has to be noted. */
export function nextMemory(memory: unknown, criteria: boolean, now: number): CriteriaMemory | undefined {
  const known = memorySchema.safeParse(memory).data;
  const next = { criteria, at: new Date(now).toISOString() };
  // Without a memory a course is asked about: that it has criteria needs no note of its own.
  if (criteria) return known?.criteria === false ? next : undefined;
  const isFresh = known?.criteria === false && now - Date.parse(known.at) < renewedAfter;
  return isFresh ? undefined : next;
}

/** What noting needs of a task's session. */
export type CriteriaPorts = Pick<PullSession, 'instance' | 'clock'> & {
  mappings: Pick<MappingStore, 'getMany'>;
  states: Pick<PullStates, 'note'>;
};

/** Notes which courses have criteria, as one task sees it: each course's mapping is read at most once. */
export class CriteriaNotes {
  readonly #session: CriteriaPorts;
  readonly #memories = new Map<string, unknown>();

  constructor(session: CriteriaPorts) {
    this.#session = session;
  }

  async note(courses: StudentProgress): Promise<void> {
    const { instance, states, clock } = this.#session;
    await this.#read([...courses.keys()].filter((idnumber) => !this.#memories.has(idnumber)));
    for (const [idnumber, { hasCriteria }] of courses) {
      const next = nextMemory(this.#memories.get(idnumber), hasCriteria, clock.now());
      if (!next) continue;
      this.#memories.set(idnumber, next);
      await states.note(instance.id, idnumber, 'completion', next);
    }
  }

  async #read(idnumbers: string[]): Promise<void> {
    if (idnumbers.length === 0) return;
    const found = await this.#session.mappings.getMany(this.#session.instance.id, idnumbers);
    for (const idnumber of idnumbers) {
      const mapping = found.get(idnumber);
      this.#memories.set(idnumber, mapping && pullStateOf(mapping, 'completion'));
    }
  }
}
