import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach } from 'vitest';
import * as z from 'zod';
import type { Peer } from './peer.ts';
import { makePreparedCourse } from './simulated-course.ts';

const activity = z.object({ id: z.number(), cmid: z.number() });

/** The ids of a course that a teacher has filled; docs/testing.md says with what. */
const preparedCourseSchema = z.strictObject({
  course: z.number(),
  group: z.number(),
  teacher: z.number(),
  users: z.strictObject({
    graded: z.number(),
    ungraded: z.number(),
    takenBack: z.number(),
    suspendedAccount: z.number(),
    suspendedEnrolment: z.number(),
  }),
  quiz: activity,
  assignment: activity,
  scaled: activity,
  overridden: activity,
  untouched: activity,
  items: z.strictObject({ manual: z.number(), hidden: z.number(), scale: z.number(), text: z.number() }),
  attendance: activity.extend({
    taken: z.number(),
    open: z.number(),
    present: z.number(),
    absent: z.number(),
    late: z.number(),
  }),
});
export type PreparedCourse = z.infer<typeof preparedCourseSchema>;

/**
 * The course for what no web service can make: on a live Moodle the one that the file at MOODLE_FIXTURE describes,
 * otherwise one that the simulated Moodle's teacher makes. Without that file the tests around it are skipped.
 */
export function usePreparedCourse(peer: Peer): PreparedCourse {
  const { MOODLE_URL, MOODLE_FIXTURE } = process.env;
  const isMissing = Boolean(MOODLE_URL) && !MOODLE_FIXTURE;
  const prepared = {} as PreparedCourse;

  beforeAll(async () => {
    if (isMissing) return;
    const found = peer.simulated
      ? await makePreparedCourse(peer.client, peer.simulated.teacher)
      : preparedCourseSchema.parse(JSON.parse(readFileSync(MOODLE_FIXTURE ?? '', 'utf8')));
    Object.assign(prepared, found);
  });
  beforeEach((context) => {
    context.skip(isMissing, 'needs a prepared course: set MOODLE_FIXTURE (docs/testing.md)');
  });
  return prepared;
}
