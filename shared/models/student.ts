import * as z from 'zod';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';
import { type Person, personFields, toPerson } from './person.ts';

/** op.student: an account in Moodle. */
export type Student = Person;

/** The fields of op.student that matter. */
export const studentSchema = z.object(personFields);

/** Reads an op.student as Odoo gives it. */
export function readStudent(item: unknown): ParseResult<Student> {
  return readRecord('student', studentSchema, item, toPerson);
}
