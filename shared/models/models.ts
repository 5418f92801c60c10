import type { z } from 'zod';
import { academicTerm } from './academic-term.ts';
import { academicYear } from './academic-year.ts';
import { attendanceLine } from './attendance-line.ts';
import { attendanceRegister } from './attendance-register.ts';
import { attendanceSheet } from './attendance-sheet.ts';
import { batch } from './batch.ts';
import { department } from './department.ts';
import { enrolment } from './enrolment.ts';
import { faculty } from './faculty.ts';
import { type ReleaseLimits, widestLimits } from './fields/moodle-limits.ts';
import type { ParseResult } from './fields/record-check.ts';
import type { Model, RecordOfModel } from './model.ts';
import { parent } from './parent.ts';
import { program } from './program.ts';
import { type ServiceName, type SweepName, serviceNames } from './services.ts';
import { session } from './session.ts';
import { student } from './student.ts';
import { subject } from './subject.ts';

export type { ParseResult, Problem, ProblemRule } from './fields/record-check.ts';

/** The ERP's models that are pushed to Moodle, parents before children: a file for each, which says all about it. */
const registry = {
  [department.name]: department,
  [program.name]: program,
  [subject.name]: subject,
  [batch.name]: batch,
  [academicYear.name]: academicYear,
  [academicTerm.name]: academicTerm,
  [student.name]: student,
  [faculty.name]: faculty,
  [parent.name]: parent,
  [enrolment.name]: enrolment,
  [session.name]: session,
  [attendanceRegister.name]: attendanceRegister,
  [attendanceSheet.name]: attendanceSheet,
  [attendanceLine.name]: attendanceLine,
};

export type PushedModel = keyof typeof registry;

export const pushedModels = Object.keys(registry) as [PushedModel, ...PushedModel[]];

/** What a record of each model is read into. */
export type RecordOf = { [Name in PushedModel]: RecordOfModel<(typeof registry)[Name]> };

/** All that is to be known of a model. */
export function modelOf(
  name: PushedModel,
): Model<PushedModel, z.ZodRawShape, unknown> & { schema: z.ZodObject } {
  return registry[name];
}

/**
 * The sweeps, and the models that each looks through, parents before children. A model belongs to one sweep, which
 * compares with its records all that they are in Moodle: a student's account and enrolments are one reading.
 */
export const sweptModels = Object.fromEntries(
  (['structure', 'students', 'teachers', 'attendance'] as const).map((sweep) => [
    sweep,
    pushedModels.filter((name) => modelOf(name).sweep === sweep),
  ]),
) as Record<SweepName, PushedModel[]>;

/** The services that bring records of a model to Moodle; all of them where none is named. */
export function servicesOfModel(model: PushedModel | undefined): readonly ServiceName[] {
  return model === undefined ? serviceNames : [modelOf(model).service];
}

/** Whether records of this model go to Moodle. */
export function isPushedModel(model: string): model is PushedModel {
  return Object.hasOwn(registry, model);
}

/**
 * Reads one item of the records table. Never throws: whatever is wrong with the item is named in `problems`,
 * each with a reason that holds no personal data.
 *
 * @param item the attributes as Odoo's `read()` gives them; unknown ones are allowed
 * @param limits of the Moodle that it is read for; else what no Moodle takes is a problem
 */
export function parseRecord<Name extends PushedModel>(
  model: Name,
  item: unknown,
  limits: ReleaseLimits = widestLimits,
): ParseResult<RecordOf[Name]> {
  return registry[model].parse(item, limits) as ParseResult<RecordOf[Name]>;
}
