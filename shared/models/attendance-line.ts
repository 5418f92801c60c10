import { noAttendance } from './attendance-register.ts';
import { acronymOf } from './fields/attendance-acronym.ts';
import { active, anything, flag, pullableId, pullableReference, reference } from './fields/fields.ts';
import { secondsOf } from './fields/odoo-time.ts';
import { defineModel, type RecordOfModel, withoutActive } from './model.ts';

/** What a pull adds to a line. */
const ofPull = { withdrawn: anything, moodle_status: anything, taken_at: anything };

/**
 * op.attendance.line: one student on one sheet; a mark in a session in Moodle. It comes from Odoo, or was made from a mark in
 * Moodle. Remarks cannot be pushed.
 */
export const attendanceLine = defineModel({
  name: 'op.attendance.line',
  noun: 'attendance line',
  fields: {
    id: pullableId,
    attendance_id: pullableReference,
    student_id: reference,
    present: flag,
    absent: flag,
    excused: flag,
    late: flag,
    active,
    write_date: anything,
    ...ofPull,
  },
  read: (fields, check) => {
    const { present, absent, excused, late, moodle_status: pulled, taken_at: takenAt } = fields;
    const isEmpty = !(present || absent || excused || late);
    const isWithdrawn = isEmpty && fields.withdrawn === true;
    const acronym = isWithdrawn ? undefined : acronymOf({ present, absent, excused, late });
    const writtenAt = secondsOf(fields.write_date);
    const isOfThatTime = typeof takenAt === 'string' && Date.parse(takenAt) / 1000 === writtenAt;
    return {
      id: fields.id,
      sheetId: check.requiredReference(
        'attendance_id',
        'nobody knows in which Moodle session it belongs',
        'attendance sheet',
      ),
      studentId: check.requiredReference('student_id', 'there is nobody to mark'),
      /** Undefined where the status was taken back in Moodle, and nobody has entered another since. */
      acronym,
      /** Its `write_date` in seconds since 1970, where it is a time. */
      writtenAt,
      /** Whether it says what Moodle said, when Moodle said it: the ERP has not changed it since it was pulled. */
      isAsPulled: isOfThatTime && pulled === (acronym ?? false),
      active: fields.active,
    };
  },
  refersTo: { attendance_id: 'op.attendance.sheet' },
  service: 'attendance',
  ripples: [{ push: 'attendance', way: '>op.attendance.sheet' }],
  odoo: {
    alsoCopied: ['remark'],
    notCopied: Object.keys(ofPull),
    withoutModel: noAttendance,
    withoutField: {
      ...withoutActive,
      excused: 'An excused absence reads as absent.',
      late: 'Somebody who came late reads as present.',
      remark: 'A remark on an imported mark that was edited in the ERP is not noticed.',
    },
    importedReferences: { attendance_id: 'op.attendance.sheet' },
  },
  headings: {
    'attendance sheet': 'attendance_id',
    'absent excused': 'excused',
    'absent unexcused': 'absent',
  },
});

export type AttendanceLine = RecordOfModel<typeof attendanceLine>;

/** The line of each student: of several the one that was written last, the ERP's own at the same time. */
export function latestOfEach<Line extends AttendanceLine>(lines: Line[]): Map<string, Line> {
  const latest = new Map<string, Line>();
  for (const line of lines.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const before = latest.get(line.studentId);
    if (!before || (line.writtenAt ?? 0) > (before.writtenAt ?? 0)) latest.set(line.studentId, line);
  }
  return latest;
}
