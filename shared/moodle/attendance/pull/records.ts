import { type AttendanceAcronym, flagsOf } from '#shared/models/fields/attendance-acronym.ts';
import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import {
  placeOf,
  pulledCode,
  pulledLineId,
  pulledRegisterId,
  pulledSheetId,
} from '#shared/moodle/pulls/pulled-ids.ts';

/** An attendance activity of a course. */
export interface Activity {
  /** The `attendanceid`. */
  id: number;
  name: string;
}

/** What Moodle holds of one student in one session: no acronym where a status was taken back. */
export interface PulledMark {
  acronym: AttendanceAcronym | undefined;
  remark: string;
}

/** OpenEduCat's limit for a register's name and code. */
const longestName = 16;

/** The register that stands for an activity. @param course idnumber of its course */
export function registerOf(instance: string, course: string, activity: Activity): PulledRecord {
  return {
    model: 'op.attendance.register',
    id: pulledRegisterId(instance, activity.id),
    name: [...activity.name].slice(0, longestName).join(''),
    code: pulledCode(instance, 'attendance', activity.id),
    batch_id: false,
    ...placeOf(course),
    active: true,
  };
}

/** The sheet that stands for a session. @param date its day at the school */
export function sheetOf(
  instance: string,
  course: string,
  session: AttendanceSession,
  date: string,
): PulledRecord {
  return {
    model: 'op.attendance.sheet',
    id: pulledSheetId(instance, session.id),
    register_id: pulledRegisterId(instance, session.attendanceid),
    session_id: false,
    attendance_date: date,
    ...groupOf(course),
    faculty_id: false,
    state: 'done',
    active: true,
  };
}

/** What a line belongs to: a sheet that was made from a session, or one of the ERP's own, whose ids are numbers. */
export interface SheetKey {
  id: string;
  registerId: string;
  /** `YYYY-MM-DD` */
  date: string;
}

/** The line that stands for a student's mark in a session and is not the ERP's own. */
export function lineOf(
  instance: string,
  course: string,
  session: AttendanceSession,
  sheet: SheetKey,
  { studentId, ...mark }: PulledMark & { studentId: string },
): PulledRecord {
  return {
    model: 'op.attendance.line',
    id: pulledLineId(instance, session.id, studentId),
    attendance_id: asReference(sheet.id),
    student_id: Number(studentId),
    attendance_date: sheet.date,
    ...groupOf(course),
    register_id: asReference(sheet.registerId),
    ...takenFields(session, mark),
  };
}

function groupOf(course: string) {
  const { course_id, batch_id = false } = placeOf(course);
  return { course_id, batch_id };
}

/** The ERP's own ids are numbers in its references. */
function asReference(id: string): string | number {
  return /^\d+$/.test(id) ? Number(id) : id;
}

/**
 * What Moodle says in a line. Moodle keeps a time for the session only, so that is when the mark is said to have been
 * written. `moodle_status` stays when the ERP edits the line, and tells that it did.
 */
export function takenFields(
  session: Pick<AttendanceSession, 'lasttaken' | 'timemodified'>,
  { acronym, remark }: PulledMark,
) {
  // What was brought in by other ways than taking attendance, such as a restored backup, has no such time.
  const taken = session.lasttaken || session.timemodified;
  return {
    ...flagsOf(acronym),
    remark: remark === '' ? (false as const) : remark,
    withdrawn: acronym === undefined,
    moodle_status: acronym ?? (false as const),
    write_date: odooDateTime(taken),
    taken_at: new Date(taken * 1000).toISOString(),
  };
}
