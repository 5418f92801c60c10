import { invalidParameter, missingRecord } from '../moodle-exception.ts';
import { nowInSeconds } from '../now-in-seconds.ts';
import type { CourseModule } from '../state/activities.ts';
import type { AttendanceSession, AttendanceStatus } from '../state/attendance.ts';
import { addAttendance as addActivity, addSession } from '../state/attendance-activity.ts';
import { moduleOf } from '../state/course-modules.ts';
import type { SiteState } from '../state/site-state.ts';
import { isStudent } from './enrolments.ts';
import { byName } from './users.ts';
import { requireLength } from './values.ts';
import type { CallContext, WebServiceFunctions } from './web-service-function.ts';

export const attendanceFunctions = {
  /** All sessions of an activity, whole, whatever has changed. */
  mod_attendance_get_sessions: {
    run: ({ attendanceid }, context) => {
      requireAttendance(context.state, attendanceid);
      return context.state.attendance.sessions
        .find('attendance', attendanceid)
        .map((session) => sessionAnswer(session, context));
    },
  },
  /**
   * Grades nothing. The plugin of 2024 stores whatever status it is given, of whatever activity, for anybody
   * who has an account, and answers null. That of 2026 wants the number of the session's set and a visible
   * status of it, and answers `OK` (classes/external/update_user_status.php).
   */
  mod_attendance_update_user_status: {
    run: ({ sessionid, studentid, takenbyid, statusid, statusset }, { state, settings }) => {
      const session = requireSession(state, sessionid);
      if (!state.users.get(studentid) || !state.users.get(takenbyid)) throw missingRecord('user');
      const isStrict = settings.attendanceVersion >= '2026';
      if (isStrict && !isOfSession(state, session, statusid, statusset)) throw invalidParameter();
      const row = { sessionid, studentid, statusid, statusset, takenby: takenbyid };
      requireLength(row, { statusset: 1333 });
      const { logs, sessions } = state.attendance;
      const before = logs.first('place', `${sessionid}/${studentid}`);
      if (before) logs.update(before.id, row);
      else logs.insert({ ...row, remarks: null });
      const now = nowInSeconds();
      sessions.update(sessionid, { lasttaken: now, lasttakenby: takenbyid, timemodified: now });
      return isStrict ? 'OK' : null;
    },
  },
  /** One more each time it is called, whatever is there already. */
  mod_attendance_add_attendance: {
    run: ({ courseid, name, groupmode }, { state }) => {
      if (!state.courses.get(courseid)) throw missingRecord('course');
      if (!Object.values<number>(groupModes).includes(groupmode)) throw invalidParameter();
      requireLength({ name }, { name: 255 });
      return { attendanceid: addActivity(state, { courseid, name, groupmode }).id };
    },
  },
  /** For everybody, or for a group of the course where the activity has groups. */
  mod_attendance_add_session: {
    run: ({ attendanceid, description, sessiontime, duration, groupid }, { state }) => {
      requireFittingGroup(requireAttendance(state, attendanceid), groupid, state);
      const session = { attendanceid, description, sessdate: sessiontime, duration, groupid };
      return { sessionid: addSession(state, session) };
    },
  },
} satisfies Partial<WebServiceFunctions>;

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

function requireFittingGroup(activity: CourseModule, groupid: number, state: SiteState): void {
  const course = state.courses.get(activity.courseid);
  const groupmode = course?.groupmodeforce ? course.groupmode : activity.groupmode;
  if (groupmode === groupModes.none && groupid > 0) throw invalidParameter();
  if (groupmode === groupModes.separate && groupid === 0) throw invalidParameter();
  if (groupid > 0 && state.groups.get(groupid)?.courseid !== activity.courseid) throw invalidParameter();
}

/** @throws MoodleException `invalidrecordunknown`: of an activity Moodle does not say in which table it looked */
function requireAttendance(state: SiteState, attendanceid: number): CourseModule {
  const module = moduleOf(state, 'attendance', attendanceid);
  if (module) return module;
  throw missingRecord();
}

/** @throws MoodleException `invalidrecord` */
function requireSession(state: SiteState, sessionid: number): AttendanceSession {
  const session = state.attendance.sessions.get(sessionid);
  if (!session) throw missingRecord('attendance_sessions');
  return session;
}

/**
 * A session with the statuses of its set, what was taken, and who should have been there: suspended accounts and
 * enrolments too.
 */
function sessionAnswer(session: AttendanceSession, context: CallContext) {
  const { courseid } = requireAttendance(context.state, session.attendanceid);
  return {
    id: session.id,
    attendanceid: session.attendanceid,
    groupid: session.groupid,
    sessdate: session.sessdate,
    duration: session.duration,
    lasttaken: session.lasttaken,
    lasttakenby: session.lasttakenby,
    timemodified: session.timemodified,
    description: session.description,
    descriptionformat: 1,
    studentscanmark: 0,
    absenteereport: 1,
    autoassignstatus: 0,
    preventsharedip: 0,
    preventsharediptime: null,
    statusset: session.statusset,
    includeqrcode: 0,
    studentsearlyopentime: 0,
    courseid,
    statuses: statusesOf(session, context).map(statusAnswer),
    // Ids are text here, unlike everywhere else.
    attendance_log: context.state.attendance.logs
      .find('session', session.id)
      .map(({ id, studentid, statusid, remarks }) => ({
        studentid,
        statusid: String(statusid),
        remarks,
        id: String(id),
      })),
    users: usersOf(session, courseid, context),
  };
}

function statusesOf({ attendanceid, statusset }: AttendanceSession, { state }: CallContext) {
  return state.attendance.statuses
    .find('attendance', attendanceid)
    .filter(({ visible, deleted, setnumber }) => visible && !deleted && setnumber === statusset)
    .sort((a, b) => b.grade - a.grade || a.id - b.id);
}

function statusAnswer({ visible, deleted, ...status }: AttendanceStatus) {
  return { ...status, visible: visible ? 1 : 0, deleted: deleted ? 1 : 0 };
}

function usersOf({ groupid }: AttendanceSession, courseid: number, { state, settings }: CallContext) {
  const members = new Set(state.groupMembers(groupid).map(({ id }) => id));
  return state.enrolments
    .find('course', courseid)
    .filter((enrolment) => isStudent(enrolment, settings))
    .filter(({ userid }) => groupid === 0 || members.has(userid))
    .flatMap(({ userid }) => state.users.get(userid) ?? [])
    .sort(byName)
    .map(({ id, firstname, lastname }) => ({ id, firstname, lastname }));
}

/** How an activity keeps groups apart. */
export const groupModes = { none: 0, separate: 1, visible: 2 } as const;
