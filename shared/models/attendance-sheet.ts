import * as z from 'zod';
import {
  active,
  date,
  pullableId,
  pullableReference,
  reference,
  selection,
} from '#shared/models/fields/fields.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

const sheetStates = ['draft', 'start', 'done', 'cancel'] as const;

/** op.attendance.sheet: one register on one day; a session in Moodle. The date is `YYYY-MM-DD`. */
export type AttendanceSheet = {
  id: string;
  registerId: string;
  /** The lecture of the timetable. */
  sessionId?: string;
  date: string;
  state: (typeof sheetStates)[number];
  active: boolean;
};

/** The fields of op.attendance.sheet that matter. */
export const attendanceSheetSchema = z.object({
  id: pullableId,
  register_id: pullableReference,
  session_id: reference,
  attendance_date: date,
  state: selection(sheetStates, 'draft'),
  active,
});

/** Reads an op.attendance.sheet as Odoo gives it, or as it was made from a session in Moodle. */
export function readAttendanceSheet(item: unknown): ParseResult<AttendanceSheet> {
  return readRecord('attendance sheet', attendanceSheetSchema, item, (fields, check) => {
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
        fields.register_id,
        'register',
        'nobody knows in which Moodle course its attendance belongs',
      ),
      sessionId: fields.session_id,
      date: fields.attendance_date ?? '',
      state: fields.state,
      active: fields.active,
    };
  });
}
