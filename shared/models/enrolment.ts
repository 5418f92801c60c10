import * as z from 'zod';
import { recordId, reference, references, selection } from '#shared/models/fields/fields.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

const enrolmentStates = ['running', 'finished'] as const;

/**
 * op.student.course: a student in a program and mostly a batch, enrolled in the courses of the subjects.
 * Empty `subjectIds` means the program's compulsory subjects.
 */
export type Enrolment = {
  id: string;
  studentId: string;
  programId: string;
  /** Since 2025 OpenEduCat can do without: the student is in the courses, and in no group. */
  batchId?: string;
  subjectIds: string[];
  state: (typeof enrolmentStates)[number];
};

/** The fields of op.student.course that matter; the model has no `active` and no dates. */
export const enrolmentSchema = z.object({
  id: recordId,
  student_id: reference,
  course_id: reference,
  batch_id: reference,
  subject_ids: references,
  state: selection(enrolmentStates, 'running'),
});

/** Reads an op.student.course as Odoo gives it; without a state it is running, as in OpenEduCat. */
export function readEnrolment(item: unknown): ParseResult<Enrolment> {
  return readRecord('enrolment', enrolmentSchema, item, (fields, check) => ({
    id: fields.id,
    studentId: check.requiredReference(
      'student_id',
      fields.student_id,
      'student',
      'there is nobody to enrol in Moodle',
    ),
    programId: check.requiredReference(
      'course_id',
      fields.course_id,
      'course',
      'nobody knows in which Moodle courses to enrol the student',
    ),
    ...(fields.batch_id !== undefined && { batchId: fields.batch_id }),
    subjectIds: fields.subject_ids,
    state: fields.state,
  }));
}
