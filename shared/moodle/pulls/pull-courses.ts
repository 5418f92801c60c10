import * as z from 'zod';
import {
  MoodleAnswerError,
  MoodleAuthError,
  MoodleError,
  MoodleUnavailableError,
} from '#shared/moodle/client/errors.ts';
import { inGroups } from '#shared/sync/each-page.ts';
import { outlivedMilliseconds } from '#shared/sync/units/waits.ts';
import { type MappedCourse, mappedCourses, pullStateOf } from './mapped-courses.ts';
import type { PullName } from './pull-ports.ts';
import type { PullService, PullSession } from './pull-service.ts';

/** Calls for so many courses take a worker less than a minute. */
const coursesInTask = 20;

/** A pull that goes from course to course. */
interface CoursePull<Course> extends Pick<PullService, 'name' | 'isWanted'> {
  /** A course in a task, by which the worker knows it. */
  course: z.ZodType<Course>;
  /** What a task says of a course; undefined where it is left out. @param now milliseconds since 1970 */
  choose(course: MappedCourse, now: number, isByHand: boolean): Course | undefined;
  /** What a task does with each course; undefined where nothing can be done in this Moodle. */
  begin(session: PullSession): Promise<((course: Course) => Promise<void>) | undefined>;
}

/** The service of a pull that goes from course to course. */
export function pullOfCourses<Course extends { idnumber: string }>({
  course: courseSchema,
  choose,
  begin,
  ...service
}: CoursePull<Course>): PullService {
  const taskSchema = z.object({ courses: z.array(courseSchema) });
  return {
    ...service,
    async *plan(instance, { mappings, clock, isByHand = false }) {
      const chosen = async function* () {
        for await (const mapped of mappedCourses(instance.id, mappings, service.name)) {
          const course = choose(mapped, clock.now(), isByHand);
          if (course) yield course;
        }
      };
      for await (const courses of inGroups(chosen(), coursesInTask)) yield { courses };
    },
    async run(task, session) {
      const work = await begin(session);
      if (!work) return undefined;
      const rest = await eachCourse(taskSchema.parse(task).courses, session, work);
      return rest.length > 0 ? { courses: rest } : undefined;
    },
  };
}

/** Moodle's refusal of what one course or student asked for; undefined for what concerns the instance, or is a defect. */
function refusalIn(error: unknown): { function: string; code: string } | undefined {
  if (error instanceof MoodleAuthError) return undefined;
  if (error instanceof MoodleError) return { function: error.function, code: error.errorcode };
  if (error instanceof MoodleAnswerError) return { function: error.function, code: 'unexpectedanswer' };
  return undefined;
}

/** Logs and counts what Moodle refused, by ids only. @throws the error itself where it is no refusal */
export function noteRefusal(
  error: unknown,
  about: { course: string },
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
 * @returns the courses for which there was no time
 */
export async function eachCourse<Course extends { idnumber: string }>(
  courses: Course[],
  session: PullSession,
  work: (course: Course) => Promise<void>,
): Promise<Course[]> {
  let unanswered: MoodleUnavailableError | undefined;
  for (const [index, course] of courses.entries()) {
    // A task always begins: otherwise it would come back for ever.
    if (index > 0 && !session.hasTime()) return courses.slice(index);
    try {
      await work(course);
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

/** What a pull of marks notes on a course's mapping; what else it notes is its own. */
export const marksNote = z.object({
  /** Tells what Moodle answered from what it answered before. */
  digest: z.string().optional(),
  /** How many marks of the course the records have. */
  marks: z.number().optional(),
  /** How many the brake holds: Moodle has them no more, and nobody has said yet that this is meant. */
  held: z.number().optional(),
});
export type MarksNote = z.infer<typeof marksNote>;

/**
 * Brings what changed in a course home while no other pull of the kind does, and notes what `work` answers. Where
 * another pull has the course, or has noted something newer than this one has seen, it is left to that one.
 *
 * @param isOlder whether what is noted is not newer than what this pull has seen
 * @param work answers what to note instead
 */
export async function whileClaimed<Note extends MarksNote>(
  pull: PullName,
  idnumber: string,
  note: z.ZodType<Note>,
  { instance, states, mappings, brake, clock }: PullSession,
  isOlder: (noted: Partial<Note>) => boolean,
  work: () => Promise<Note>,
): Promise<void> {
  if (!(await states.claim(instance.id, idnumber, pull, clock.now() + outlivedMilliseconds))) return;
  const mapping = (await mappings.getMany(instance.id, [idnumber])).get(idnumber);
  let values = (mapping && pullStateOf(mapping, pull)) ?? {};
  const noted: Partial<Note> = note.safeParse(values).data ?? {};
  try {
    if (isOlder(noted)) {
      const next = await work();
      await brake.addHolds(instance, 'marks', (next.marks ?? 0) - (noted.marks ?? 0));
      values = next;
    }
  } finally {
    // Gives the claim back as well, also where something failed: the next one need not wait until it runs out.
    await states.note(instance.id, idnumber, pull, values);
  }
}
