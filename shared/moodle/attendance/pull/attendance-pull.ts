import * as z from 'zod';
import { attendanceCourseSchema } from '#shared/moodle/attendance/pull/note.ts';
import { attendanceFunctionName } from '#shared/moodle/functions/attendance.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { inGroups, mappedCourses } from '#shared/moodle/pulls/mapped-courses.ts';
import { eachCourse } from '#shared/moodle/pulls/pull-courses.ts';
import type {
  PlanPorts,
  PullService,
  PullSession,
  PullTask,
  TaskContent,
} from '#shared/moodle/pulls/pull-service.ts';
import { pullAttendanceOf } from './course-pull.ts';
import { goodNote } from './note.ts';

/** One call for a course with an activity, none for one without: a task takes some seconds. */
const coursesInTask = 20;

const taskSchema = z.object({ courses: z.array(attendanceCourseSchema) });

/** mod_attendance → op.attendance.register, sheet and line, for each activity, session and mark. */
export const attendancePull: PullService = {
  name: 'attendance',
  isWanted: (instance) => instance.sync_attendance_from !== 'oec',
  plan,
  run,
};

/** A course that is known to have no attendance activity is looked at once a day. */
async function* plan(
  instance: { id: string },
  { mappings, clock, isByHand }: PlanPorts,
): AsyncIterable<TaskContent> {
  const mayHaveSome = async function* () {
    for await (const course of mappedCourses(instance.id, mappings, 'attendance')) {
      const { idnumber, moodleId, mapping } = course;
      // Without its note a course is looked at anew.
      const state = isByHand ? undefined : course.state;
      if (goodNote(state, clock.now())?.activities.length === 0) continue;
      yield { idnumber, moodleId, state, extraData: mapping.extra_data };
    }
  };
  for await (const courses of inGroups(mayHaveSome(), coursesInTask)) yield { courses };
}

async function run(task: PullTask, session: PullSession): Promise<TaskContent | undefined> {
  const { functions } = await getSiteInfo(session.client);
  // The health check says so.
  if (!attendanceFunctionName('get_sessions', functions)) return undefined;
  const { courses } = taskSchema.parse(task);
  const rest = await eachCourse(courses, session, async (course) => {
    await pullAttendanceOf(course, functions, session);
    return true;
  });
  return rest.length > 0 ? { courses: rest } : undefined;
}
