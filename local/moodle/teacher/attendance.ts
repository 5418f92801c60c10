import { nowInSeconds } from '../now-in-seconds.ts';
import type { AttendanceSession, AttendanceStatus } from '../state/attendance.ts';
import { addSession, type NewSession, updateAttendanceGrade } from '../state/attendance-activity.ts';
import { adminId, requireRow, SiteVisitor } from './site-visitor.ts';

/** What is noted of one student: a status, a remark, or both. */
export type Mark = { userid: number; statusid?: number; remarks?: string };

/** Sessions of an attendance activity, its statuses, and taking attendance. */
export class TeacherAttendance extends SiteVisitor {
  /** @returns the session's id */
  addSession(attendanceid: number, session: Omit<NewSession, 'attendanceid'>): number {
    return addSession(this.state, { attendanceid, ...session });
  }

  /** Changes a session's time, length, group or description. */
  changeSession(
    sessionid: number,
    changes: Partial<Pick<AttendanceSession, 'sessdate' | 'duration' | 'groupid' | 'description'>>,
  ): void {
    requireRow(this.state.attendance.sessions, sessionid, 'attendance session');
    this.state.attendance.sessions.update(sessionid, { ...changes, timemodified: nowInSeconds() });
  }

  deleteSession(sessionid: number): void {
    const { sessions, logs } = this.state.attendance;
    logs.deleteAll('session', sessionid);
    sessions.delete(sessionid);
  }

  /** The id of the status with this acronym in a session's set. */
  statusId(attendanceid: number, acronym: string, setnumber = 0): number {
    const status = this.state.attendance.statuses
      .find('attendance', attendanceid)
      .find((each) => each.acronym === acronym && each.setnumber === setnumber && !each.deleted);
    if (!status) throw new Error(`attendance ${attendanceid} has no status ${acronym} in set ${setnumber}`);
    return status.id;
  }

  /** @returns the status's id */
  addStatus(
    attendanceid: number,
    status: { acronym: string; description: string; grade: number; setnumber?: number },
  ): number {
    const row = { setnumber: 0, ...status, attendanceid, visible: true, deleted: false };
    return this.state.attendance.statuses.insert(row).id;
  }

  /** Gives a status another letter, description, points or visibility. */
  changeStatus(
    statusid: number,
    changes: Partial<Pick<AttendanceStatus, 'acronym' | 'description' | 'grade' | 'visible'>>,
  ): void {
    requireRow(this.state.attendance.statuses, statusid, 'attendance status');
    this.state.attendance.statuses.update(statusid, changes);
  }

  /** Deletes a status; what was taken with it keeps its id. */
  deleteStatus(statusid: number): void {
    requireRow(this.state.attendance.statuses, statusid, 'attendance status');
    this.state.attendance.statuses.update(statusid, { deleted: true });
  }

  /** Takes attendance on the page, where `lasttaken` moves and the session's `timemodified` does not. */
  take(sessionid: number, marks: readonly Mark[], { at = nowInSeconds() }: { at?: number } = {}): void {
    const { sessions, logs, statuses } = this.state.attendance;
    const session = requireRow(sessions, sessionid, 'attendance session');
    const statusset = statuses
      .find('attendance', session.attendanceid)
      .filter(({ setnumber, deleted }) => setnumber === session.statusset && !deleted)
      .map(({ id }) => id)
      .join(',');
    for (const { userid, statusid = 0, remarks = '' } of marks) {
      const before = logs.first('place', `${sessionid}/${userid}`);
      const row = { sessionid, studentid: userid, statusid, statusset, remarks, takenby: adminId };
      if (before) logs.update(before.id, row);
      else logs.insert(row);
    }
    sessions.update(sessionid, { lasttaken: at, lasttakenby: adminId });
    for (const { userid } of marks) updateAttendanceGrade(this.state, session.attendanceid, userid, at);
  }
}
