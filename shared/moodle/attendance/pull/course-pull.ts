import { courseAttendanceOf } from '#shared/moodle/attendance/state.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { type AttendanceSession, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { whileClaimed } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { digestOf } from './marks.ts';
import { type AttendanceCourse, type AttendanceNote, goodNote, noteOf } from './note.ts';
import type { Activity } from './records.ts';
import { writeAttendance } from './write.ts';

/**
 * Pulls the attendance of one course. Where the digest is that of the last time nothing is read or written; else each
 * mark is compared with what was pulled of it, and only those that differ are written.
 */
export async function pullAttendanceOf(
  course: AttendanceCourse,
  functions: string[],
  pull: PullSession,
): Promise<void> {
  const asked = pull.clock.now();
  const known = goodNote(course.state, asked);
  const { sessions, ...listing } = await readCourse(course, known, functions, pull);
  const { left_at } = courseAttendanceOf(course.extraData);
  const note: AttendanceNote = {
    ...listing,
    digest: digestOf(sessions, pull.instance),
    asked_at: asked,
    left_at,
  };
  if (known?.digest === note.digest && known.left_at === left_at) {
    pull.count('CoursesUnchanged', 1);
    return;
  }
  await whileClaimed(
    'attendance',
    course,
    pull,
    (noted) => writeChanges(course, sessions, note, noteOf(noted), pull),
    // A note of a pull that asked Moodle later, and was through with it sooner, stays.
    (noted) => (noteOf(noted)?.asked_at ?? 0) <= asked,
  );
}

/** Writes what has changed. @returns what to note: where something waits for a word, the course is looked at again */
async function writeChanges(
  course: AttendanceCourse,
  sessions: AttendanceSession[],
  note: AttendanceNote,
  noted: AttendanceNote | undefined,
  pull: PullSession,
): Promise<AttendanceNote> {
  const { marks, held } = await writeAttendance(course, note.activities, sessions, pull);
  await pull.brake.addHolds(pull.instance, 'marks', marks - (noted?.marks ?? 0));
  return { ...note, marks, ...(held > 0 && { held, digest: '' }) };
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
