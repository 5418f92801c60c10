import { invalidParameter } from '../../moodle-exception.ts';
import { bool, int, object, raw, withDefault } from '../../parameters/description.ts';
import type { CourseModule } from '../../state/activities.ts';
import { addSession } from '../../state/attendance-activity.ts';
import type { SiteState } from '../../state/site-state.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { groupModes } from './group-modes.ts';
import { requireAttendance } from './require-attendance.ts';

/** `mod_attendance_add_session`: for everybody, or for a group of the course where the activity has groups. */
export const addAttendanceSession = webServiceFunction({
  name: 'mod_attendance_add_session',
  parameters: object({
    attendanceid: int(),
    description: withDefault(raw(), ''),
    sessiontime: int(),
    duration: withDefault(int(), 0),
    groupid: withDefault(int(), 0),
    addcalendarevent: withDefault(bool(), true),
  }),
  run: ({ attendanceid, description, sessiontime, duration, groupid }, { state }) => {
    requireFittingGroup(requireAttendance(state, attendanceid), groupid, state);
    const session = { attendanceid, description, sessdate: sessiontime, duration, groupid };
    return { sessionid: addSession(state, session) };
  },
});

function requireFittingGroup(activity: CourseModule, groupid: number, state: SiteState): void {
  const course = state.courses.get(activity.courseid);
  const groupmode = course?.groupmodeforce ? course.groupmode : activity.groupmode;
  if (groupmode === groupModes.none && groupid > 0) throw invalidParameter();
  if (groupmode === groupModes.separate && groupid === 0) throw invalidParameter();
  if (groupid > 0 && state.groups.get(groupid)?.courseid !== activity.courseid) throw invalidParameter();
}
