import * as z from 'zod';
import { courseAttendanceOf } from '#shared/moodle/attendance/state.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { type AttendanceSession, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { marksNote, whileClaimed } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { digestOf } from './marks.ts';
import type { Activity } from './records.ts';
import { writeAttendance } from './write.ts';

const stateSchema = z.record(z.string(), z.unknown()).optional();

/** A course in a task of the pull. */
export const attendanceCourseSchema = z.object({
  idnumber: z.string(),
  moodleId: z.number(),
  /** What the pull noted last. */
  state: stateSchema,
  /** What the pushes keep of it. */
  extraData: stateSchema,
});
type AttendanceCourse = z.infer<typeof attendanceCourseSchema>;

/** What the pull of attendance notes on the mapping of a course. */
const noteSchema = marksNote.extend({
  digest: z.string(),
  /** The attendance activities of the course; most courses have none. */
  activities: z.array(z.object({ id: z.number(), name: z.string() })),
  /** When they were listed, in milliseconds since 1970. */
  listed_at: z.number(),
  /** When Moodle was asked for their sessions: what it answered earlier is out of date. */
  asked_at: z.number(),
  /** When a push had last left a mark as it is in Moodle: the pull has looked at that since. */
  left_at: z.string().optional(),
});
type AttendanceNote = z.infer<typeof noteSchema>;

/**
 * How long the list of activities is good for. When it is made anew, the sessions are also compared mark by mark, so
 * that whoever was unknown to the ERP then, or got lost here, is found within a day.
 */
const goodFor = 24 * 60 * 60_000;

/** The note of a course, where there is one that is still good. @param now milliseconds since 1970 */
export function goodNote(state: AttendanceCourse['state'], now: number): AttendanceNote | undefined {
  const note = noteSchema.safeParse(state).data;
  return note && now - note.listed_at < goodFor ? note : undefined;
}

/**
 * Pulls the attendance of one course. Where the digest is that of the last time nothing is read or written; else each
 * mark is compared with what was pulled of it, and only those that differ are written.
 */
export async function pullAttendanceOf(
  course: AttendanceCourse,
  functions: string[],
  pull: PullSession,
): Promise<void> {
  const asked_at = pull.clock.now();
  const known = goodNote(course.state, asked_at);
  const { sessions, ...listing } = await readCourse(course, known, functions, pull);
  const { left_at } = courseAttendanceOf(course.extraData);
  const digest = digestOf(sessions, pull.instance);
  if (known?.digest === digest && known.left_at === left_at) {
    pull.count('CoursesUnchanged', 1);
    return;
  }
  // A note of a pull that asked Moodle later, and was through with it sooner, stays.
  const isOlder = (noted: Partial<AttendanceNote>) => (noted.asked_at ?? 0) <= asked_at;
  await whileClaimed('attendance', course.idnumber, noteSchema, pull, isOlder, async () => {
    const { marks, held } = await writeAttendance(course.idnumber, listing.activities, sessions, pull);
    // Where something waits for a word, the course is looked at again.
    return { ...listing, digest, asked_at, left_at, marks, ...(held > 0 && { held, digest: '' }) };
  });
}

/** The course's sessions, by the activities that are known, or by a new list where one of those is gone. */
async function readCourse(
  { moodleId }: AttendanceCourse,
  known: AttendanceNote | undefined,
  functions: string[],
  { client, clock }: PullSession,
): Promise<{ activities: Activity[]; listed_at: number; sessions: AttendanceSession[] }> {
  if (known) {
    const { activities, listed_at } = known;
    const sessions = await readSessions(activities).catch(unlessGone);
    if (sessions) return { activities, listed_at, sessions };
  }
  const modules = await getCourseModules(client, moodleId, { modname: 'attendance' });
  const activities = modules.flatMap(({ instance, name }) => (instance ? [{ id: instance, name }] : []));
  return { activities, listed_at: clock.now(), sessions: await readSessions(activities) };

  async function readSessions(listed: Activity[]): Promise<AttendanceSession[]> {
    const sessions: AttendanceSession[] = [];
    for (const { id } of listed) sessions.push(...(await getAttendanceSessions(client, functions, id)));
    return sessions;
  }
}

/** What Moodle says of an activity that it does not have. */
function unlessGone(error: unknown): undefined {
  if (error instanceof MoodleError && error.errorcode === 'invalidrecordunknown') return undefined;
  throw error;
}
