import { nowInSeconds } from '#local/moodle/now-in-seconds.ts';
import type { AttendanceSession, AttendanceStatus } from '#local/moodle/state/attendance.ts';
import { TeacherAttendance } from '#local/moodle/teacher/attendance.ts';
import { requireRow } from '#local/moodle/teacher/site-visitor.ts';

/** Sessions and statuses that are changed or deleted. */
export class Attendance extends TeacherAttendance {
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
}
