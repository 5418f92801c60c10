import * as z from 'zod';
import { categoryName } from '#shared/models/fields/category-name.ts';
import { recordId, reference, text } from '#shared/models/fields/fields.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

/** op.department: a category in Moodle, under the category of its parent. */
export type Department = { id: string; name: string; code: string; parentId?: string };

/** The fields of op.department that matter; `code` is not unique and does not reach Moodle. */
export const departmentSchema = z.object({
  id: recordId,
  name: text,
  code: text,
  parent_id: reference,
});

/** Reads an op.department as Odoo gives it. Without a code it is still fine. */
export function readDepartment(item: unknown): ParseResult<Department> {
  return readRecord('department', departmentSchema, item, (fields, check) => ({
    id: fields.id,
    name: categoryName(fields.name, check),
    code: fields.code ?? '',
    parentId: check.parent(fields.id, fields.parent_id),
  }));
}
