import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import { idPages } from '#shared/odoo/calls/read.ts';
import type { OdooWriter } from '#shared/odoo/calls/write.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import { collected } from './collected.ts';

/** How the records of a suite are found, children before what they hang on. */
const owned: readonly [model: string, field: string][] = [
  ['op.attendance.line', 'student_id.first_name'],
  ['op.attendance.sheet', 'register_id.code'],
  ['op.attendance.register', 'code'],
  ['op.result.line', 'student_id.first_name'],
  // Takes its attendees along, which nobody has the right to delete.
  ['op.exam', 'exam_code'],
  ['op.exam.session', 'exam_code'],
  ['op.exam.type', 'code'],
  ['op.session', 'faculty_id.first_name'],
  ['op.student.course', 'student_id.first_name'],
  ['op.student', 'first_name'],
  ['op.faculty', 'first_name'],
  ['res.partner', 'name'],
  ['op.batch', 'code'],
  ['op.course', 'code'],
  ['op.subject', 'code'],
  ['op.department', 'code'],
];

/** Deletes all records of a prefix; those that Odoo keeps, because others need them, are archived. */
export async function removeAll(odoo: {
  client: OdooClient;
  writer: OdooWriter;
  fields: ModelFields;
  prefix: string;
}): Promise<void> {
  const { client, writer, fields, prefix } = odoo;
  for (const [model, field] of owned) {
    const known = await fields.of(model);
    if (known === undefined) continue;
    const ids = (await collected(idPages(client, model, [[field, '=like', `${prefix}%`]]))).flat();
    const outcomes = await writer.unlink(model, ids);
    const left = ids.filter((_id, index) => outcomes[index]!.error !== undefined);
    if (left.length === 0) continue;
    if (!known.has('active')) throw new Error(`${left.length} records of ${model} are left (${prefix})`);
    await writer.write(
      model,
      left.map((id) => ({ id, values: { active: false } })),
    );
  }
}
