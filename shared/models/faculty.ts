import * as z from 'zod';
import { reference, references } from '#shared/models/fields/fields.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';
import { type Person, personFields, toPerson } from './person.ts';

/** op.faculty: an account in Moodle, teacher in the courses of its subjects and of its timetable sessions. */
export type Faculty = Person & {
  subjectIds: string[];
  mainDepartmentId?: string;
};

/** The fields of op.faculty that matter. */
export const facultySchema = z.object({
  ...personFields,
  faculty_subject_ids: references,
  main_department_id: reference,
});

/** Reads an op.faculty as Odoo gives it; departments only decide which Moodle it belongs to. */
export function readFaculty(item: unknown): ParseResult<Faculty> {
  return readRecord('teacher', facultySchema, item, (fields, check) => ({
    ...toPerson(fields, check),
    subjectIds: fields.faculty_subject_ids,
    mainDepartmentId: fields.main_department_id,
  }));
}
