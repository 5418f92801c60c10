import * as z from 'zod';
import { type AttendanceAcronym, acronymOf } from '#shared/models/fields/attendance-acronym.ts';
import {
  active,
  anything,
  flag,
  pullableId,
  pullableReference,
  reference,
} from '#shared/models/fields/fields.ts';
import { secondsOf } from '#shared/models/fields/odoo-time.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

/** op.attendance.line: one student on one sheet; a mark in a session in Moodle. */
export type AttendanceLine = {
  id: string;
  sheetId: string;
  studentId: string;
  /** Undefined where the status was taken back in Moodle, and nobody has entered another since. */
  acronym?: AttendanceAcronym;
  /** Its `write_date` in seconds since 1970, where it is a time. */
  writtenAt?: number;
  /** Whether it says what Moodle said, when Moodle said it: the ERP has not changed it since it was pulled. */
  isAsPulled: boolean;
  active: boolean;
};

/** The fields of op.attendance.line that matter; remarks cannot be pushed. The last four are what a pull adds. */
export const attendanceLineSchema = z.object({
  id: pullableId,
  attendance_id: pullableReference,
  student_id: reference,
  present: flag,
  absent: flag,
  excused: flag,
  late: flag,
  active,
  write_date: anything,
  withdrawn: anything,
  moodle_status: anything,
  taken_at: anything,
});

/** Reads an op.attendance.line as Odoo gives it, or as it was made from a mark in Moodle. */
export function readAttendanceLine(item: unknown): ParseResult<AttendanceLine> {
  return readRecord('attendance line', attendanceLineSchema, item, (fields, check) => {
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
        fields.attendance_id,
        'attendance sheet',
        'nobody knows in which Moodle session it belongs',
      ),
      studentId: check.requiredReference(
        'student_id',
        fields.student_id,
        'student',
        'there is nobody to mark',
      ),
      acronym,
      writtenAt,
      isAsPulled: isOfThatTime && pulled === (acronym ?? false),
      active: fields.active,
    };
  });
}

/** The line of each student: of several the one that was written last, the ERP's own at the same time. */
export function latestOfEach<Line extends AttendanceLine>(lines: Line[]): Map<string, Line> {
  const latest = new Map<string, Line>();
  for (const line of lines.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const before = latest.get(line.studentId);
    if (!before || (line.writtenAt ?? 0) > (before.writtenAt ?? 0)) latest.set(line.studentId, line);
  }
  return latest;
}
