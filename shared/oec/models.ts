import { type AttendanceLine, readAttendanceLine } from './attendance-line.ts';
import { type AttendanceRegister, readAttendanceRegister } from './attendance-register.ts';
import { type AttendanceSheet, readAttendanceSheet } from './attendance-sheet.ts';
import { type Batch, readBatch } from './batch.ts';
import { type Department, readDepartment } from './department.ts';
import { type Enrolment, readEnrolment } from './enrolment.ts';
import { type Faculty, readFaculty } from './faculty.ts';
import type { ParseResult } from './problem.ts';
import { type Program, readProgram } from './program.ts';
import { readSession, type Session } from './session.ts';
import { readStudent, type Student } from './student.ts';
import { readSubject, type Subject } from './subject.ts';

export type { ParseResult, Problem, ProblemRule } from './problem.ts';

/** The ERP's models that are pushed to Moodle, parents before children. */
export const pushedModels = [
  'op.department',
  'op.course',
  'op.subject',
  'op.batch',
  'op.student',
  'op.faculty',
  'op.student.course',
  'op.session',
  'op.attendance.register',
  'op.attendance.sheet',
  'op.attendance.line',
] as const;

export type PushedModel = (typeof pushedModels)[number];

/** What a record of each model is read into. */
export type RecordOf = {
  'op.department': Department;
  'op.course': Program;
  'op.subject': Subject;
  'op.batch': Batch;
  'op.student': Student;
  'op.faculty': Faculty;
  'op.student.course': Enrolment;
  'op.session': Session;
  'op.attendance.register': AttendanceRegister;
  'op.attendance.sheet': AttendanceSheet;
  'op.attendance.line': AttendanceLine;
};

const readers: { [Model in PushedModel]: (item: unknown) => ParseResult<RecordOf[Model]> } = {
  'op.department': readDepartment,
  'op.course': readProgram,
  'op.subject': readSubject,
  'op.batch': readBatch,
  'op.student': readStudent,
  'op.faculty': readFaculty,
  'op.student.course': readEnrolment,
  'op.session': readSession,
  'op.attendance.register': readAttendanceRegister,
  'op.attendance.sheet': readAttendanceSheet,
  'op.attendance.line': readAttendanceLine,
};

/** Whether records of this model go to Moodle. */
export function isPushedModel(model: string): model is PushedModel {
  return (pushedModels as readonly string[]).includes(model);
}

/**
 * Reads one item of the records table. Never throws: whatever is wrong with the item is named in `problems`,
 * each with a reason that holds no personal data.
 *
 * @param item the attributes as Odoo's `read()` gives them; unknown ones are allowed
 */
export function parseRecord<Model extends PushedModel>(
  model: Model,
  item: unknown,
): ParseResult<RecordOf[Model]> {
  return readers[model](item);
}
