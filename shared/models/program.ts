import * as z from 'zod';
import { categoryName } from '#shared/models/fields/category-name.ts';
import { active, recordId, reference, references, text } from '#shared/models/fields/fields.ts';
import { partLimits } from '#shared/models/fields/moodle-limits.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

/** op.course, a program of study: a category in Moodle that holds one course per subject. */
export type Program = {
  id: string;
  name: string;
  code: string;
  parentId?: string;
  departmentId?: string;
  subjectIds: string[];
  active: boolean;
};

/** The fields of op.course that matter; its subject_ids are the only link between programs and subjects. */
export const programSchema = z.object({
  id: recordId,
  name: text,
  code: text,
  parent_id: reference,
  department_id: reference,
  subject_ids: references,
  active,
});

/** Reads an op.course as Odoo gives it. Neither parent, department nor subjects are needed. */
export function readProgram(item: unknown): ParseResult<Program> {
  return readRecord('program', programSchema, item, (fields, check) => ({
    id: fields.id,
    name: categoryName(fields.name, check),
    code: check.requiredText('code', fields.code, {
      label: 'code',
      limit: partLimits.programCode,
      purpose: "for the short names of the program's courses",
    }),
    parentId: check.parent(fields.id, fields.parent_id),
    departmentId: fields.department_id,
    subjectIds: fields.subject_ids,
    active: fields.active,
  }));
}
