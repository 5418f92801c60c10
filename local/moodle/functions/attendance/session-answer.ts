import type { AttendanceSession, AttendanceStatus } from '../../state/attendance.ts';
import { isStudent } from '../enrolments/is-student.ts';
import { byName } from '../users/by-name.ts';
import type { CallContext } from '../web-service-function.ts';
import { requireAttendance } from './require-attendance.ts';

/**
 * A session with the statuses of its set, what was taken, and who should have been there: suspended accounts and
 * enrolments too.
 */
export function sessionAnswer(session: AttendanceSession, context: CallContext) {
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
