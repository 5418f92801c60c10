import { createHash } from 'node:crypto';
import { pullOfCourses } from '#shared/moodle/pulls/pull-courses.ts';
import { gradebookNote, plannedCourse, pullGradebook } from './gradebook-course.ts';

const hour = 60 * 60_000;
const day = 24 * hour;
/** A course in which nothing has changed for so long is quiet, in milliseconds. */
const quietAfter = 14 * day;
/** Of so many plans one asks for a quiet course. */
const quietEvery = 4;

/**
 * The gradebook of every course: op.result.line for each grade, and op.exam.attendees for those of quizzes and assignments.
 * A report costs Moodle 10 ms a student, so courses that have been quiet for two weeks are asked for less often.
 */
export const gradebookPull = pullOfCourses({
  name: 'gradebook',
  isWanted: () => true,
  course: plannedCourse,
  choose({ idnumber, moodleId, state }, now, isByHand) {
    const { digest, changed_at } = gradebookNote.safeParse(state).data ?? {};
    return isByHand || isTurnOf(idnumber, changed_at, now)
      ? { idnumber, moodle_id: moodleId, digest }
      : undefined;
  },
  begin: async (session) => (course) => pullGradebook(course, session),
});

/**
 * Whether a course is asked for by the plan of this hour: always, but for a quiet one only every fourth hour. The day
 * moves the turn, so that plans at the same hours of each day come to every course as well.
 */
export function isTurnOf(idnumber: string, changedAt: string | undefined, now: number): boolean {
  if (changedAt === undefined || now - Date.parse(changedAt) < quietAfter) return true;
  const place = createHash('sha256').update(idnumber).digest()[0] ?? 0;
  return (place + Math.floor(now / hour) + Math.floor(now / day)) % quietEvery === 0;
}
