import * as z from 'zod';
import { active, anything, recordId, reference, selection } from '#shared/models/fields/fields.ts';
import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

const sessionStates = ['draft', 'confirm', 'done', 'cancel'] as const;

/** op.session, one lecture of the timetable: unless cancelled, its teacher teaches that subject's course. */
export type Session = {
  id: string;
  facultyId: string;
  subjectId: string;
  programId: string;
  batchId?: string;
  state: (typeof sessionStates)[number];
  /** Seconds since 1970; undefined where it is no time: nobody's teaching depends on it. */
  startsAt?: number;
  endsAt?: number;
  active: boolean;
};

/** The fields of op.session that matter; its name stays in the ERP, its times are those of an attendance session. */
export const sessionSchema = z.object({
  id: recordId,
  faculty_id: reference,
  subject_id: reference,
  course_id: reference,
  batch_id: reference,
  state: selection(sessionStates, 'draft'),
  start_datetime: anything,
  end_datetime: anything,
  active,
});

/** Reads an op.session as Odoo gives it; the batch is not needed to find the course. */
export function readSession(item: unknown): ParseResult<Session> {
  const courseUnknown = 'nobody knows which Moodle course the teacher teaches';
  return readRecord('timetable session', sessionSchema, item, (fields, check) => ({
    id: fields.id,
    facultyId: check.requiredReference(
      'faculty_id',
      fields.faculty_id,
      'faculty member',
      'there is no teacher to enrol in Moodle',
    ),
    subjectId: check.requiredReference('subject_id', fields.subject_id, 'subject', courseUnknown),
    programId: check.requiredReference('course_id', fields.course_id, 'course', courseUnknown),
    batchId: fields.batch_id,
    state: fields.state,
    startsAt: secondsOf(fields.start_datetime),
    endsAt: secondsOf(fields.end_datetime),
    active: fields.active,
  }));
}
