import { createHash } from 'node:crypto';
import { subjectCourseOf } from '#shared/models/references.ts';

/*
 * How records that are made from Moodle are named, and refer to the ERP's own. Their ids name the instance, so that two
 * Moodles never meet, and are never a number, as the ERP's own are.
 */

/** What is graded in Moodle: a quiz or an assignment by its own id, anything else by its column in the gradebook. */
export interface Activity {
  module: 'quiz' | 'assign' | 'item';
  id: number;
}

/**
 * The id of an activity's op.exam, and of the op.exam.session around it. The module is part of it: a quiz and an
 * assignment may have the same number.
 */
export function examKey(instance: string, { module, id }: Activity): string {
  return `moodle_${instance}_${module}_${id}`;
}

/** The id of an op.exam.attendees. */
export function attendeeKey(instance: string, activity: Activity, student: string): string {
  return `${examKey(instance, activity)}_student_${student}`;
}

/** The id of an op.result.line. */
export function resultKey(instance: string, itemid: number, student: string): string {
  return `moodle_${instance}_item_${itemid}_student_${student}`;
}

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

const letters = { quiz: 'MQ', assign: 'MA', item: 'MI', attendance: 'MAT' } as const;

/**
 * A code for something of a Moodle's, at most 16 characters where its id has 9 digits: OpenEduCat wants codes that are
 * unique, ids are unique in their Moodle only, and four digits of the instance's hash tell the Moodles apart.
 */
export function pulledCode(instance: string, module: keyof typeof letters, id: number): string {
  return `${letters[module]}${id}-${createHash('sha256').update(instance).digest('hex').slice(0, 4)}`;
}

/** What the ERP's own records refer to, by number. */
export interface CoursePlace {
  course_id: number;
  subject_id: number;
  /** Of a course that is for one batch. */
  batch_id?: number;
}

/**
 * Program, subject and batch of a Moodle course.
 *
 * @throws RangeError for anything but the idnumber of a subject's course
 */
export function placeOf(course: string): CoursePlace {
  const { subjectId, programId, period } = subjectCourseOf(course);
  const place = { course_id: Number(programId), subject_id: Number(subjectId) };
  return period?.per === 'batch' ? { ...place, batch_id: Number(period.id) } : place;
}
