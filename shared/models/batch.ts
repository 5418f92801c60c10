import * as z from 'zod';
import { active, date, recordId, reference, text } from '#shared/models/fields/fields.ts';
import { partLimits } from '#shared/models/fields/moodle-limits.ts';
import type { ParseResult } from '#shared/models/fields/problem.ts';
import { readRecord } from '#shared/models/fields/read-record.ts';

/** op.batch: a group in Moodle in every course of its program. Dates are `YYYY-MM-DD`. */
export type Batch = {
  id: string;
  code: string;
  name: string;
  startDate?: string;
  endDate?: string;
  programId: string;
  active: boolean;
};

/** The fields of op.batch that matter; name and code together make the group's name, which is unique in a course. */
export const batchSchema = z.object({
  id: recordId,
  code: text,
  name: text,
  start_date: date,
  end_date: date,
  course_id: reference,
  active,
});

/** Reads an op.batch as Odoo gives it. Groups have no dates, so an end before the start does no harm. */
export function readBatch(item: unknown): ParseResult<Batch> {
  return readRecord('batch', batchSchema, item, (fields, check) => ({
    id: fields.id,
    code: check.requiredText('code', fields.code, {
      label: 'code',
      limit: partLimits.batchCode,
      purpose: 'for the group',
    }),
    name: check.requiredText('name', fields.name, {
      label: 'name',
      limit: partLimits.batchName,
      purpose: 'for the group',
    }),
    startDate: fields.start_date,
    endDate: fields.end_date,
    programId: check.requiredReference(
      'course_id',
      fields.course_id,
      'course',
      'nobody knows in which Moodle courses its group belongs',
    ),
    active: fields.active,
  }));
}
