import { int, object } from '../../parameters/description.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireAttendance, requireSession } from './require-attendance.ts';
import { sessionAnswer } from './session-answer.ts';

/** `mod_attendance_get_sessions`: all sessions of an activity, whole, whatever has changed. */
export const getAttendanceSessions = webServiceFunction({
  name: 'mod_attendance_get_sessions',
  parameters: object({ attendanceid: int() }),
  run: ({ attendanceid }, context) => {
    requireAttendance(context.state, attendanceid);
    return context.state.attendance.sessions
      .find('attendance', attendanceid)
      .map((session) => sessionAnswer(session, context));
  },
});

/** `mod_attendance_get_session` */
export const getAttendanceSession = webServiceFunction({
  name: 'mod_attendance_get_session',
  parameters: object({ sessionid: int() }),
  run: ({ sessionid }, context) => sessionAnswer(requireSession(context.state, sessionid), context),
});
