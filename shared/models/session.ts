import { active, anything, recordId, reference, selection } from './fields/fields.ts';
import { secondsOf } from './fields/odoo-time.ts';
import { defineModel, type RecordOfModel, withoutActive } from './model.ts';

const courseUnknown = 'nobody knows which Moodle course the teacher teaches';

/**
 * op.session, one lecture of the timetable: unless cancelled, its teacher teaches that subject's course. Its name stays in
 * the ERP, its times are those of an attendance session; the batch tells which course it is where each batch has its own.
 */
export const session = defineModel({
  name: 'op.session',
  noun: 'timetable session',
  fields: {
    id: recordId,
    faculty_id: reference,
    subject_id: reference,
    course_id: reference,
    batch_id: reference,
    state: selection(['draft', 'confirm', 'done', 'cancel'], 'draft'),
    start_datetime: anything,
    end_datetime: anything,
    active,
  },
  read: (fields, check) => ({
    id: fields.id,
    facultyId: check.requiredReference(
      'faculty_id',
      'there is no teacher to enrol in Moodle',
      'faculty member',
    ),
    subjectId: check.requiredReference('subject_id', courseUnknown),
    programId: check.requiredReference('course_id', courseUnknown),
    batchId: fields.batch_id,
    state: fields.state,
    /** Seconds since 1970; undefined where it is no time: nobody's teaching depends on it. */
    startsAt: secondsOf(fields.start_datetime),
    endsAt: secondsOf(fields.end_datetime),
    active: fields.active,
  }),
  refersTo: { faculty_id: 'op.faculty', course_id: 'op.course' },
  service: 'teaching',
  ripples: [
    { push: 'faculty', way: '>op.faculty' },
    { push: 'teaching', way: '>op.faculty' },
  ],
  odoo: {
    withoutModel: 'Teachers are enrolled by the subjects on their record only (module openeducat_timetable).',
    withoutField: { ...withoutActive, state: 'A cancelled lecture counts like any other.' },
  },
  headings: { 'start time': 'start_datetime', 'end time': 'end_datetime', status: 'state' },
});

export type Session = RecordOfModel<typeof session>;
