import { attendanceFunctionName } from '#shared/moodle/functions/attendance.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { pullOfCourses } from '#shared/moodle/pulls/pull-courses.ts';
import { attendanceCourseSchema, goodNote, pullAttendanceOf } from './attendance-course.ts';

/**
 * mod_attendance → op.attendance.register, sheet and line, for each activity, session and mark. One call for a course
 * with an activity, none for one without: such a course is looked at once a day.
 */
export const attendancePull = pullOfCourses({
  name: 'attendance',
  isWanted: (instance) => instance.sync_attendance_from !== 'oec',
  course: attendanceCourseSchema,
  choose({ idnumber, moodleId, mapping, ...course }, now, isByHand) {
    // Without its note a course is looked at anew.
    const state = isByHand ? undefined : course.state;
    if (goodNote(state, now)?.activities.length === 0) return undefined;
    return { idnumber, moodleId, state, extraData: mapping.extra_data };
  },
  async begin(session) {
    const { functions } = await getSiteInfo(session.client);
    // The health check says so.
    if (!attendanceFunctionName('get_sessions', functions)) return undefined;
    return (course) => pullAttendanceOf(course, functions, session);
  },
});
