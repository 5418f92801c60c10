import {
  MoodleAnswerError,
  MoodleAuthError,
  MoodleError,
  MoodleUnavailableError,
} from '#shared/moodle/client/errors.ts';
import { outlivedMilliseconds } from '#shared/sync/units/waits.ts';
import { pullStateOf } from './mapped-courses.ts';
import type { PullName } from './pull-ports.ts';
import type { PullSession } from './pull-service.ts';

/** A course in a task, with the digest that the pull had noted when the task was planned. */
export interface PlannedCourse {
  idnumber: string;
  moodle_id: number;
  digest?: string | undefined;
}

/** What a pull notes on a course's mapping. */
export type Noted = Record<string, unknown>;

/** Moodle's refusal of what one course or student asked for; undefined for what concerns the instance, or is a defect. */
export function refusalIn(error: unknown): { function: string; code: string } | undefined {
  if (error instanceof MoodleAuthError) return undefined;
  if (error instanceof MoodleError) return { function: error.function, code: error.errorcode };
  if (error instanceof MoodleAnswerError) return { function: error.function, code: 'unexpectedanswer' };
  return undefined;
}

/** Logs and counts what Moodle refused, by ids only. @throws the error itself where it is no refusal */
export function noteRefusal(
  error: unknown,
  about: { course: string; student?: string },
  { instance, log, count }: Pick<PullSession, 'instance' | 'log' | 'count'>,
): void {
  const refusal = refusalIn(error);
  if (!refusal) throw error;
  log.warn('Refused by Moodle: the pull goes on without it', { instance: instance.id, ...about, ...refusal });
  count('PullsRefused', 1);
}

/**
 * Works off courses one after another. What Moodle refuses of one does not stop the others, not even where a right is
 * missing: it may be missing in this course only. One course without an answer may be at fault itself (a report that
 * is too much for the server); with a second one in a row Moodle is away.
 *
 * @param work answers whether it is done with the course, or else has to go on with it later
 * @returns the courses for which there was no time
 */
export async function eachCourse<Course extends Pick<PlannedCourse, 'idnumber'>>(
  courses: Course[],
  session: PullSession,
  work: (course: Course) => Promise<boolean>,
): Promise<Course[]> {
  let unanswered: MoodleUnavailableError | undefined;
  for (const [index, course] of courses.entries()) {
    // A task always begins: otherwise it would come back for ever.
    if (index > 0 && !session.hasTime()) return courses.slice(index);
    try {
      if (!(await work(course))) return courses.slice(index);
      unanswered = undefined;
    } catch (error) {
      if (error instanceof MoodleUnavailableError && !unanswered) {
        unanswered = error;
        const { function: moodleFunction, kind } = error;
        const about = { instance: session.instance.id, course: course.idnumber };
        session.log.warn('No answer about a course', { ...about, function: moodleFunction, code: kind });
        session.count('PullsRefused', 1);
      } else noteRefusal(error, { course: course.idnumber }, session);
    }
  }
  if (unanswered) throw unanswered;
  return [];
}

/**
 * Brings what changed in a course home while no other pull of the kind does, and notes what `work` answers. Where
 * another pull has the course, or has noted something newer than this one has seen, it is left to that one.
 *
 * @param work gets what is noted, and answers what to note instead
 * @param isOlder whether what is noted is not newer: unless given, whether it is what was noted when the task was planned
 */
export async function whileClaimed(
  pull: PullName,
  { idnumber, digest }: Pick<PlannedCourse, 'idnumber' | 'digest'>,
  { instance, states, mappings, clock }: PullSession,
  work: (noted: Noted) => Promise<Noted>,
  isOlder = (noted: Noted) => noted.digest === digest,
): Promise<void> {
  if (!(await states.claim(instance.id, idnumber, pull, clock.now() + outlivedMilliseconds))) return;
  const mapping = (await mappings.getMany(instance.id, [idnumber])).get(idnumber);
  let noted: Noted = (mapping && pullStateOf(mapping, pull)) ?? {};
  try {
    if (isOlder(noted)) noted = await work(noted);
  } finally {
    // Gives the claim back as well, also where something failed: the next one need not wait until it runs out.
    await states.note(instance.id, idnumber, pull, noted);
  }
}
