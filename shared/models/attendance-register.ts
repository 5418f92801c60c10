import * as z from 'zod';
import { active, pullableId, reference } from '#shared/models/fields/fields.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

/** op.attendance.register: whose attendance is taken in what. A subject makes it that of one Moodle course. */
export type AttendanceRegister = {
  id: string;
  programId: string;
  batchId?: string;
  subjectId?: string;
  active: boolean;
};

/** The fields of op.attendance.register that matter. */
export const attendanceRegisterSchema = z.object({
  id: pullableId,
  course_id: reference,
  batch_id: reference,
  subject_id: reference,
  active,
});

/** Reads an op.attendance.register as Odoo gives it, or as it was made from an activity in Moodle. */
export function readAttendanceRegister(item: unknown): ParseResult<AttendanceRegister> {
  return readRecord('attendance register', attendanceRegisterSchema, item, (fields, check) => ({
    id: fields.id,
    programId: check.requiredReference(
      'course_id',
      fields.course_id,
      'course',
      'nobody knows in which Moodle course its attendance belongs',
    ),
    batchId: fields.batch_id,
    subjectId: fields.subject_id,
    active: fields.active,
  }));
}
