import { recordId, reference, references, selection } from './fields/fields.ts';
import { along, defineModel, type RecordOfModel } from './model.ts';
import { ofParents } from './person.ts';

/**
 * op.student.course: a student in a program and mostly a batch, enrolled in the courses of the subjects; the model has no
 * `active` and no dates. Where courses are for a term, it moves on to the next one by another term.
 */
export const enrolment = defineModel({
  name: 'op.student.course',
  noun: 'enrolment',
  fields: {
    id: recordId,
    student_id: reference,
    course_id: reference,
    batch_id: reference,
    subject_ids: references,
    // One that cannot be read names no record: most instances do not ask for it, the others say so.
    academic_years_id: reference.catch('0'),
    academic_term_id: reference.catch('0'),
    // Running without one, as in OpenEduCat.
    state: selection(['running', 'finished'], 'running'),
  },
  read: (fields, check) => ({
    id: fields.id,
    studentId: check.requiredReference('student_id', 'there is nobody to enrol in Moodle'),
    programId: check.requiredReference(
      'course_id',
      'nobody knows in which Moodle courses to enrol the student',
    ),
    /** Since 2025 OpenEduCat can do without: the student is in the courses, and in no group. */
    batchId: fields.batch_id,
    /** None means the program's compulsory subjects. */
    subjectIds: fields.subject_ids,
    yearId: fields.academic_years_id,
    termId: fields.academic_term_id,
    state: fields.state,
  }),
  refersTo: { student_id: 'op.student', course_id: 'op.course', batch_id: 'op.batch' },
  service: 'enrolments',
  ripples: [
    { push: 'students', way: '>op.student' },
    { push: 'enrolments', way: '>op.student' },
    ...along('>op.student <op.parent', ofParents),
  ],
  odoo: {
    alsoCopied: ['roll_number'],
    notCopied: ['academic_years_id', 'academic_term_id'],
    withoutField: {
      academic_years_id: 'Nobody is in courses for an academic year.',
      academic_term_id: 'Nobody is in courses for an academic term.',
      roll_number: 'Accounts are not recognised by the roll number.',
      subject_ids: "Students are enrolled in all of the program's compulsory subjects.",
      state: 'Every enrolment is running until it is deleted.',
    },
  },
  headings: { subjects: 'subject_ids' },
});

export type Enrolment = RecordOfModel<typeof enrolment>;
