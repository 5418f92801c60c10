import { invalidParameter, missingRecord } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { int, object, text } from '../../parameters/description.ts';
import type { AttendanceSession } from '../../state/attendance.ts';
import type { SiteState } from '../../state/site-state.ts';
import { requireLength } from '../require-length.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireSession } from './require-attendance.ts';

/**
 * `mod_attendance_update_user_status`: grades nothing. The plugin of 2024 stores whatever status it is given, of
 * whatever activity, for anybody who has an account, and answers null. That of 2026 wants the number of the session's
 * set and a visible status of it, and answers `OK` (classes/external/update_user_status.php).
 */
export const updateUserStatus = webServiceFunction({
  name: 'mod_attendance_update_user_status',
  parameters: object({
    sessionid: int(),
    studentid: int(),
    takenbyid: int(),
    statusid: int(),
    statusset: text(),
  }),
  run: ({ sessionid, studentid, takenbyid, statusid, statusset }, { state, settings }) => {
    const session = requireSession(state, sessionid);
    if (!state.users.get(studentid) || !state.users.get(takenbyid)) throw missingRecord('user');
    const isStrict = settings.attendanceVersion >= '2026';
    if (isStrict && !isOfSession(state, session, statusid, statusset)) throw invalidParameter();
    const row = { sessionid, studentid, statusid, statusset, takenby: takenbyid };
    requireLength(row, { statusset: 1333 });
    const { logs, sessions } = state.attendance;
    const before = logs.find('place', `${sessionid}/${studentid}`)[0];
    if (before) logs.update(before.id, row);
    else logs.insert({ ...row, remarks: null });
    const now = nowInSeconds();
    sessions.update(sessionid, { lasttaken: now, lasttakenby: takenbyid, timemodified: now });
    return isStrict ? 'OK' : null;
  },
});

function isOfSession(
  state: SiteState,
  session: AttendanceSession,
  statusid: number,
  statusset: string,
): boolean {
  const status = state.attendance.statuses.get(statusid);
  // PHP reads a number off the beginning of a text.
  if (Number.parseInt(statusset, 10) !== session.statusset || !status) return false;
  const { attendanceid, setnumber, visible, deleted } = status;
  const isOfSet = attendanceid === session.attendanceid && setnumber === session.statusset;
  return isOfSet && visible && !deleted;
}
