import { nowInSeconds } from '../now-in-seconds.ts';
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

  /** The id of the status with this acronym in a session's set. */
  statusId(attendanceid: number, acronym: string, setnumber = 0): number {
    const status = this.state.attendance.statuses
      .find('attendance', attendanceid)
      .find((each) => each.acronym === acronym && each.setnumber === setnumber && !each.deleted);
    if (!status) throw new Error(`attendance ${attendanceid} has no status ${acronym} in set ${setnumber}`);
    return status.id;
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
