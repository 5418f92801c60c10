import { active, pullableId, reference } from './fields/fields.ts';
import { defineModel, type RecordOfModel, withoutActive } from './model.ts';

/** What follows where a school's ERP takes no attendance. */
export const noAttendance =
  'Attendance is not taken from or brought to the ERP (module openeducat_attendance).';

/**
 * op.attendance.register: whose attendance is taken in what. A subject makes it that of one Moodle course. It comes from
 * Odoo, or was made from an activity in Moodle.
 */
export const attendanceRegister = defineModel({
  name: 'op.attendance.register',
  noun: 'attendance register',
  fields: { id: pullableId, course_id: reference, batch_id: reference, subject_id: reference, active },
  read: (fields, check) => ({
    id: fields.id,
    programId: check.requiredReference(
      'course_id',
      'nobody knows in which Moodle course its attendance belongs',
    ),
    batchId: fields.batch_id,
    subjectId: fields.subject_id,
    active: fields.active,
  }),
  refersTo: { course_id: 'op.course', batch_id: 'op.batch' },
  service: 'attendance',
  ripples: [
    {
      push: 'attendance',
      way: '<op.attendance.sheet',
      when: ['course_id', 'batch_id', 'subject_id', 'active'],
    },
  ],
  odoo: { withoutModel: noAttendance, withoutField: withoutActive, importedReferences: {} },
});

export type AttendanceRegister = RecordOfModel<typeof attendanceRegister>;
