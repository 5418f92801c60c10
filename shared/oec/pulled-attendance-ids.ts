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

/** The op.attendance.line of a student in a session. */
export function pulledLineId(instance: string, sessionid: number, studentId: string): string {
  return `${pulledSheetId(instance, sessionid)}_student_${studentId}`;
}
