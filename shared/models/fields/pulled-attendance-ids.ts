/*
 * The ids of attendance records that were made from Moodle. They name the instance, so that two Moodles never meet,
 * and are never a number, as the ERP's own are.
 */

/** The op.attendance.register of an attendance activity. */
export function pulledRegisterId(instance: string, attendanceid: number): string {
  return `moodle_${instance}_attendance_${attendanceid}`;
}

/** The op.attendance.sheet of a session. */
export function pulledSheetId(instance: string, sessionid: number): string {
  return `moodle_${instance}_session_${sessionid}`;
}

/** The session of a sheet that was made from one, and its instance; undefined for a sheet of the ERP's own. */
export function pulledSessionOf(sheetId: string): { instance: string; sessionid: number } | undefined {
  const [, instance, sessionid] = /^moodle_([a-z0-9-]+)_session_(\d+)$/.exec(sheetId) ?? [];
  return instance === undefined ? undefined : { instance, sessionid: Number(sessionid) };
}

/** The activity of a register that was made from one; undefined for a register of the ERP's own. */
export function pulledActivityOf(registerId: string): number | undefined {
  const [, attendanceid] = /^moodle_[a-z0-9-]+_attendance_(\d+)$/.exec(registerId) ?? [];
  return attendanceid === undefined ? undefined : Number(attendanceid);
}

/** The op.attendance.line of a student in a session. */
export function pulledLineId(instance: string, sessionid: number, studentId: string): string {
  return `${pulledSheetId(instance, sessionid)}_student_${studentId}`;
}
