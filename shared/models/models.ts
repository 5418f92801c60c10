import type { z } from 'zod';
import { type ReleaseLimits, widestLimits } from '#shared/models/fields/moodle-limits.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { type AttendanceLine, attendanceLineSchema, readAttendanceLine } from './attendance-line.ts';
import {
  type AttendanceRegister,
  attendanceRegisterSchema,
  readAttendanceRegister,
} from './attendance-register.ts';
import { type AttendanceSheet, attendanceSheetSchema, readAttendanceSheet } from './attendance-sheet.ts';
import { type Batch, batchSchema, readBatch } from './batch.ts';
import { type Department, departmentSchema, readDepartment } from './department.ts';
import { type Enrolment, enrolmentSchema, readEnrolment } from './enrolment.ts';
import { type Faculty, facultySchema, readFaculty } from './faculty.ts';
import { type Program, programSchema, readProgram } from './program.ts';
import { readSession, type Session, sessionSchema } from './session.ts';
import { readStudent, type Student, studentSchema } from './student.ts';
import { readSubject, type Subject, subjectSchema } from './subject.ts';

export type { ParseResult, Problem, ProblemRule } from '#shared/models/fields/problem.ts';

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

type Reader<Model extends PushedModel> = (
  item: unknown,
  limits: ReleaseLimits,
) => ParseResult<RecordOf[Model]>;

const readers: { [Model in PushedModel]: Reader<Model> } = {
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

/** The fields of each model that matter, and how each is read. */
export const recordSchemas: { [Model in PushedModel]: z.ZodObject } = {
  'op.department': departmentSchema,
  'op.course': programSchema,
  'op.subject': subjectSchema,
  'op.batch': batchSchema,
  'op.student': studentSchema,
  'op.faculty': facultySchema,
  'op.student.course': enrolmentSchema,
  'op.session': sessionSchema,
  'op.attendance.register': attendanceRegisterSchema,
  'op.attendance.sheet': attendanceSheetSchema,
  'op.attendance.line': attendanceLineSchema,
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
 * @param limits of the Moodle that it is read for; else what no Moodle takes is a problem
 */
export function parseRecord<Model extends PushedModel>(
  model: Model,
  item: unknown,
  limits: ReleaseLimits = widestLimits,
): ParseResult<RecordOf[Model]> {
  return readers[model](item, limits);
}
