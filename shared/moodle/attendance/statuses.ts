import * as z from 'zod';
import type { AttendanceAcronym } from '#shared/models/fields/attendance-acronym.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { PullRow } from '#shared/moodle/pulls/pull-ports.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { meaningOfWords, plainWord } from './status-words.ts';

type Status = AttendanceSession['statuses'][number];
type OwnStatuses = Instance['attendance_statuses'];

/** What a status means to OpenEduCat; `none` where an instance says that it has no place for it. */
export type StatusMeaning = AttendanceAcronym | 'none';

/** A status as far as it is known after Moodle lists it no more: one that was hidden after use still counts. */
const knownStatusSchema = z.object({
  acronym: z.string(),
  description: z.string(),
  /** What its points told among those of its set. */
  by_grade: z.enum(['P', 'A']).optional(),
});
export type KnownStatus = z.infer<typeof knownStatusSchema>;

const memorySchema = z.object({
  /** By id. */
  statuses: z.record(z.string(), knownStatusSchema),
  /** Ids of those that marks have and nobody can tell. */
  untold: z.array(z.number()),
  /** When marks were last compared, in milliseconds since 1970. */
  seen_at: z.number(),
});
/** What is remembered of the statuses of an activity. */
export type StatusMemory = z.infer<typeof memorySchema>;

/** Where it is remembered. @param course its idnumber; without one, all courses @param attendanceid without one, all */
export function statusRowKey(course?: string, attendanceid?: number): string {
  return ['attendance-statuses', ...(course === undefined ? [] : [course]), attendanceid ?? ''].join('/');
}

/** Reads what a pull has remembered; nothing where there is none. */
export function statusMemoryOf(values: Record<string, unknown> | undefined): StatusMemory {
  return memorySchema.safeParse(values).data ?? { statuses: {}, untold: [], seen_at: 0 };
}

/** What is known of the statuses of a course's activities: those that its sessions list, and those that they listed before. */
export class KnownStatuses {
  readonly #course: string;
  readonly #own: OwnStatuses;
  /** By the activity's id. */
  readonly #activities = new Map<number, StatusMemory>();

  private constructor(course: string, own: OwnStatuses) {
    this.#course = course;
    this.#own = own;
  }

  /** @param course its idnumber */
  static async read(
    course: string,
    sessions: readonly AttendanceSession[],
    { states, instance, clock }: Pick<PullSession, 'states' | 'instance' | 'clock'>,
  ): Promise<KnownStatuses> {
    const known = new KnownStatuses(course, instance.attendance_statuses);
    const rows = await states.list(instance.id, statusRowKey(course));
    const remembered = new Map(rows.map(({ key, values }) => [key, values]));
    for (const { attendanceid } of sessions) {
      const { statuses } = statusMemoryOf(remembered.get(statusRowKey(course, attendanceid)));
      known.#activities.set(attendanceid, { statuses, untold: [], seen_at: clock.now() });
    }
    for (const { attendanceid, statuses: set } of sessions) {
      const { statuses } = known.#activities.get(attendanceid)!;
      for (const status of set) statuses[status.id] = asKnown(status, set);
    }
    return known;
  }

  /** What a mark in a session means; a status of which nobody can tell is noted. */
  meaningOf({ attendanceid }: AttendanceSession, id: number): StatusMeaning | undefined {
    const memory = this.#activities.get(attendanceid)!;
    const meaning = meaningOf(id, memory.statuses[id], this.#own);
    if (meaning === undefined && !memory.untold.includes(id)) memory.untold.push(id);
    return meaning;
  }

  /** The rows to be put once the records are written. */
  rows(): PullRow[] {
    return [...this.#activities].map(([id, values]) => ({ key: statusRowKey(this.#course, id), values }));
  }
}

function asKnown(status: Status, set: readonly Status[]): KnownStatus {
  const { acronym, description } = status;
  const by_grade = toldByGrade(status, set);
  return { acronym, description, ...(by_grade && { by_grade }) };
}

/**
 * What a status means: as the instance says, as its description says, or as its points do. Its letter says nothing:
 * `A` is absent in English, present in German (anwesend) and late in Portuguese (atrasado).
 *
 * @returns undefined where that cannot be told: a wrong mark is worse than none
 */
export function meaningOf(
  id: number,
  status: KnownStatus | undefined,
  own: OwnStatuses,
): StatusMeaning | undefined {
  return (
    toldByInstance(id, status, own) ?? (status && (meaningOfWords(status.description) ?? status.by_grade))
  );
}

/** What the statuses mean that a teacher may choose in a session, by id. */
export function meaningsIn(
  { statuses: set }: Pick<AttendanceSession, 'statuses'>,
  own: OwnStatuses,
): Map<number, StatusMeaning> {
  const meanings = new Map<number, StatusMeaning>();
  for (const status of set) {
    const meaning = meaningOf(status.id, asKnown(status, set), own);
    if (meaning !== undefined) meanings.set(status.id, meaning);
  }
  return meanings;
}

/**
 * What the points of a status tell: who is there has most of a set, who is not has none. Two with the same points are
 * not told apart: an excuse may have as many as either.
 */
function toldByGrade({ grade }: Status, set: readonly Status[]): KnownStatus['by_grade'] {
  const most = Math.max(...set.map((status) => status.grade));
  const isAlone = set.filter((status) => status.grade === grade).length === 1;
  if (most <= 0 || !isAlone) return undefined;
  if (grade === most) return 'P';
  return grade === 0 ? 'A' : undefined;
}

const ownMeanings = { present: 'P', absent: 'A', late: 'L', excused: 'E', none: 'none' } as const;

/** An instance names a status by its description, its letter, or its id, `#35`; a description comes before a letter. */
function toldByInstance(
  id: number,
  status: KnownStatus | undefined,
  own: OwnStatuses,
): StatusMeaning | undefined {
  for (const name of [`#${id}`, status?.description, status?.acronym]) {
    if (name === undefined) continue;
    for (const [kind, meaning] of Object.entries(ownMeanings)) {
      const said = own[kind as keyof typeof ownMeanings];
      if (said.some((each) => plainWord(each) === plainWord(name))) return meaning;
    }
  }
  return undefined;
}
