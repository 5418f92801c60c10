import * as z from 'zod';
import { active, recordId, reference, selection, text } from '#shared/models/fields/fields.ts';
import { partLimits, type ReleaseLimits } from '#shared/models/fields/moodle-limits.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

const subjectTypes = ['compulsory', 'elective'] as const;

/** op.subject: one course in Moodle for every program that lists it. */
export type Subject = {
  id: string;
  name: string;
  code: string;
  subjectType: (typeof subjectTypes)[number];
  departmentId?: string;
  active: boolean;
};

/** The fields of op.subject that matter. */
export const subjectSchema = z.object({
  id: recordId,
  name: text,
  code: text,
  subject_type: selection(subjectTypes, 'compulsory'),
  department_id: reference,
  active,
});

/** Reads an op.subject as Odoo gives it; without a subject_type it is compulsory, as in OpenEduCat. */
export function readSubject(item: unknown, { courseFullname }: ReleaseLimits): ParseResult<Subject> {
  return readRecord('subject', subjectSchema, item, (fields, check) => ({
    id: fields.id,
    name: check.requiredText('name', fields.name, {
      label: 'name',
      limit: courseFullname,
      purpose: 'for the full name of the course',
    }),
    code: check.requiredText('code', fields.code, {
      label: 'code',
      limit: partLimits.subjectCode,
      purpose: 'for the short name of the course',
    }),
    subjectType: fields.subject_type,
    departmentId: fields.department_id,
    active: fields.active,
  }));
}
