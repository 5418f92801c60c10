import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach } from 'vitest';
import * as z from 'zod';
import type { Teacher } from '#test/peers/teacher/teacher.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import type { Peer } from './peer.ts';
import { makePreparedCourse } from './simulated-course.ts';
import { makeHiddenCourse } from './simulated-hidden-course.ts';

const activity = z.object({ id: z.number(), cmid: z.number() });

/** The ids of a second one, in which much is hidden. */
const hiddenCourseSchema = z.strictObject({
  course: z.number(),
  users: z.strictObject({ graded: z.number(), other: z.number(), back: z.number() }),
});
export type HiddenCourse = z.infer<typeof hiddenCourseSchema>;

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

/** The file at MOODLE_FIXTURE may describe one of the two courses, or both. */
const fixtureSchema = z.looseObject({ hidden: hiddenCourseSchema.optional() });

/**
 * The course for what no web service can make: on a live Moodle the one that the file at MOODLE_FIXTURE describes,
 * otherwise one that the simulated Moodle's teacher makes. Where the file does not describe it the tests around it are
 * skipped.
 */
export function usePreparedCourse(peer: Peer): PreparedCourse {
  return usePrepared(
    peer,
    ({ hidden: _hidden, ...course }) =>
      course.course === undefined ? undefined : preparedCourseSchema.parse(course),
    makePreparedCourse,
  );
}

/** The same for the course in which much is hidden. */
export function useHiddenCourse(peer: Peer): HiddenCourse {
  return usePrepared(peer, ({ hidden }) => hidden, makeHiddenCourse);
}

function usePrepared<Course extends object>(
  peer: Peer,
  described: (fixture: z.infer<typeof fixtureSchema>) => Course | undefined,
  make: (client: Peer['client'], teacher: Teacher) => Promise<Course>,
): Course {
  const prepared = {} as Course;
  const { MOODLE_FIXTURE } = process.env;
  const fixture = MOODLE_FIXTURE
    ? fixtureSchema.parse(JSON.parse(readFileSync(MOODLE_FIXTURE, 'utf8')))
    : undefined;
  const found = fixture && described(fixture);

  beforeAll(async () => {
    const course = peer.simulated ? await make(peer.client, teacherOf(peer.simulated)) : found;
    Object.assign(prepared, course);
  });
  beforeEach((context) => {
    const isMissing = Boolean(process.env.MOODLE_URL) && !found;
    context.skip(isMissing, 'needs a prepared course: set MOODLE_FIXTURE (docs/testing.md)');
  });
  return prepared;
}
