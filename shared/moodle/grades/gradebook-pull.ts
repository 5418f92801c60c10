import { createHash } from 'node:crypto';
import * as z from 'zod';
import { inGroups, mappedCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import { eachCourse, type PlannedCourse } from '#shared/moodle/pulls/pull-courses.ts';
import type { PlanPorts, PullService } from '#shared/moodle/pulls/pull-service.ts';
import { type GradebookNote, pullGradebook } from './gradebook-course.ts';

/** Reports of so many courses of usual size take a worker less than a minute. */
const coursesInTask = 20;

const hour = 60 * 60_000;
const day = 24 * hour;
/** A course in which nothing has changed for so long is quiet, in milliseconds. */
const quietAfter = 14 * day;
/** Of so many plans one asks for a quiet course. */
const quietEvery = 4;

const taskSchema = z.object({
  courses: z.array(z.object({ idnumber: z.string(), moodle_id: z.number(), digest: z.string().optional() })),
});

/**
 * The gradebook of every course: op.result.line for each grade, and op.exam.attendees for those of quizzes and assignments.
 * A report
 * costs Moodle 10 ms a student, so courses that have been quiet for two weeks are asked for less often.
 */
export const gradebookPull: PullService = {
  name: 'gradebook',
  isWanted: () => true,

  async *plan(instance, ports) {
    for await (const courses of inGroups(coursesToAsk(instance.id, ports), coursesInTask)) yield { courses };
  },

  async run(task, session) {
    const { courses } = taskSchema.parse(task);
    const rest = await eachCourse(courses, session, async (course) => {
      await pullGradebook(course, session);
      return true;
    });
    return rest.length > 0 ? { courses: rest } : undefined;
  },
};

async function* coursesToAsk(
  instance: string,
  { mappings, clock, isByHand }: PlanPorts,
): AsyncIterable<PlannedCourse> {
  for await (const { idnumber, moodleId, state } of mappedCourses(instance, mappings, 'gradebook')) {
    const { digest, changed_at }: GradebookNote = state ?? {};
    if (isByHand || isTurnOf(idnumber, changed_at, clock.now())) {
      yield { idnumber, moodle_id: moodleId, digest };
    }
  }
}

/**
 * Whether a course is asked for by the plan of this hour: always, but for a quiet one only every fourth hour. The day
 * moves the turn, so that plans at the same hours of each day come to every course as well.
 */
export function isTurnOf(idnumber: string, changedAt: string | undefined, now: number): boolean {
  if (changedAt === undefined || now - Date.parse(changedAt) < quietAfter) return true;
  const place = createHash('sha256').update(idnumber).digest()[0] ?? 0;
  return (place + Math.floor(now / hour) + Math.floor(now / day)) % quietEvery === 0;
}
