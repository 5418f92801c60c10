import { missingRecord } from '../../moodle-exception.ts';
import type { CourseModule } from '../../state/activities.ts';
import type { AttendanceSession } from '../../state/attendance.ts';
import { moduleOf } from '../../state/course-modules.ts';
import type { SiteState } from '../../state/site-state.ts';

/** @throws MoodleException `invalidrecordunknown`: of an activity Moodle does not say in which table it looked */
export function requireAttendance(state: SiteState, attendanceid: number): CourseModule {
  const module = moduleOf(state, 'attendance', attendanceid);
  if (module) return module;
  throw missingRecord();
}

/** @throws MoodleException `invalidrecord` */
export function requireSession(state: SiteState, sessionid: number): AttendanceSession {
  const session = state.attendance.sessions.get(sessionid);
  if (!session) throw missingRecord('attendance_sessions');
  return session;
}
