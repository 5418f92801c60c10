import { noAttendance } from './attendance-register.ts';
import { active, date, pullableId, pullableReference, reference, selection } from './fields/fields.ts';
import { defineModel, type RecordOfModel, withoutActive } from './model.ts';

/**
 * op.attendance.sheet: one register on one day; a session in Moodle. It comes from Odoo, or was made from a session in
 * Moodle.
 */
export const attendanceSheet = defineModel({
  name: 'op.attendance.sheet',
  noun: 'attendance sheet',
  fields: {
    id: pullableId,
    register_id: pullableReference,
    session_id: reference,
    attendance_date: date,
    state: selection(['draft', 'start', 'done', 'cancel'], 'draft'),
    active,
  },
  read: (fields, check) => {
    if (fields.attendance_date === undefined) {
      check.report(
        'attendance_date',
        'required',
        'This attendance sheet has no date; a session in Moodle needs one. Enter it in OpenEduCat.',
      );
    }
    return {
      id: fields.id,
      registerId: check.requiredReference(
        'register_id',
        'nobody knows in which Moodle course its attendance belongs',
      ),
      /** The lecture of the timetable. */
      sessionId: fields.session_id,
      /** `YYYY-MM-DD` */
      date: fields.attendance_date ?? '',
      state: fields.state,
      active: fields.active,
    };
  },
  refersTo: { register_id: 'op.attendance.register' },
  service: 'attendance',
  sweep: 'attendance',
  ripples: [{ push: 'attendance' }],
  odoo: {
    withoutModel: noAttendance,
    withoutField: {
      ...withoutActive,
      session_id: 'Sheets belong to no lecture: their times of day are not known.',
    },
    importedReferences: { register_id: 'op.attendance.register' },
  },
  headings: { date: 'attendance_date', status: 'state' },
});

export type AttendanceSheet = RecordOfModel<typeof attendanceSheet>;
