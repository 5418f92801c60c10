import { missingRecord } from '../../moodle-exception.ts';
import { nowInSeconds } from '../../now-in-seconds.ts';
import { int, object, text } from '../../parameters/description.ts';
import { requireLength } from '../require-length.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireSession } from './require-attendance.ts';

/**
 * `mod_attendance_update_user_status`: stores whatever status it is given, of whatever activity, for anybody who has
 * an account. Grades nothing. Answers null.
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
  run: ({ sessionid, studentid, takenbyid, statusid, statusset }, { state }) => {
    requireSession(state, sessionid);
    if (!state.users.get(studentid) || !state.users.get(takenbyid)) throw missingRecord('user');
    const row = { sessionid, studentid, statusid, statusset, takenby: takenbyid };
    requireLength(row, { statusset: 1333 });
    const { logs, sessions } = state.attendance;
    const before = logs.find('place', `${sessionid}/${studentid}`)[0];
    if (before) logs.update(before.id, row);
    else logs.insert({ ...row, remarks: null });
    const now = nowInSeconds();
    sessions.update(sessionid, { lasttaken: now, lasttakenby: takenbyid, timemodified: now });
    return null;
  },
});
