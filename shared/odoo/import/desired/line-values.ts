import { marksOf } from '#shared/moodle/gradebook/marks.ts';
import type { OdooField } from '#shared/odoo/calls/model-fields.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { findingKey } from '#shared/odoo/import/import-state.ts';
import type { ImportItem, ParentInErp } from '#shared/odoo/import/item.ts';
import type { ImportRun } from '#shared/odoo/import/run.ts';
import { completionValue } from './completion.ts';
import { fitted } from './values.ts';

/**
 * What the ERP should hold of a line, in its own fields.
 *
 * @returns undefined where it has no place for it, of which the run takes note
 */
export function lineValues(
  item: ImportItem,
  parent: ParentInErp | undefined,
  fields: ReadonlyMap<string, OdooField>,
  run: ImportRun,
): Values | undefined {
  if (item.model === 'op.student.course') return completionValues(item, fields, run);
  const { fields: values } = item.desired;
  return fitted('marks' in values ? { ...values, marks: marksIn(item, parent, run) } : values, fields);
}

/**
 * The marks as the ERP's exam counts: its total and its pass mark can have been changed there since Moodle's grade was
 * counted by those of the pulled exam. OpenEduCat takes no more than the total.
 */
function marksIn({ desired }: ImportItem, parent: ParentInErp | undefined, run: ImportRun): number {
  const marks = Number(desired.fields.marks);
  const total = parent?.totalMarks;
  if (total === undefined) return marks;
  const exam = desired.parent && run.record(desired.parent);
  const isCountedSo = exam?.total_marks === total && exam?.min_marks === parent?.minMarks;
  if (isCountedSo || !desired.grade) return Math.min(marks, total);
  return marksOf({ ...desired.grade, total, least: parent?.minMarks ?? null });
}

function completionValues(
  { desired: { completion } }: ImportItem,
  fields: ReadonlyMap<string, OdooField>,
  run: ImportRun,
): Values | undefined {
  const { completionField: name } = run.ports;
  if (name === undefined || completion === undefined) return undefined;
  const field = fields.get(name);
  const value = field && completionValue(completion, field.type, run.erp.timeZone);
  const finding = { code: 'no-place', model: 'op.student.course' } as const;
  if (value !== undefined) {
    run.resolved.add(findingKey(finding));
    return fitted({ [name]: value }, fields);
  }
  run.found({
    ...finding,
    field: name,
    reason: field
      ? `The field ${name} of op.student.course is of type ${field.type}, which cannot take a completion.`
      : `op.student.course has no field ${name}, so completion stays in the records table.`,
    advice:
      'Add a field of type text, char, integer, float, boolean, date or datetime with this name in Odoo, or correct ' +
      '`erp.completionField` (docs/openeducat-setup.md).',
  });
  return undefined;
}
