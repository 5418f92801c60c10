import { recordId, reference, text } from './fields/fields.ts';
import { categoryName } from './fields/record-check.ts';
import { along, defineModel, type RecordOfModel } from './model.ts';
import { wholeProgram } from './program.ts';

/** op.department: a category in Moodle, under the category of its parent. Without a code it is still fine. */
export const department = defineModel({
  name: 'op.department',
  noun: 'department',
  fields: { id: recordId, name: text, code: text, parent_id: reference },
  read: (fields, check) => ({
    id: fields.id,
    name: categoryName(fields.name, check),
    /** Not unique, and does not reach Moodle. */
    code: fields.code ?? '',
    parentId: check.parent(fields.id, fields.parent_id),
  }),
  refersTo: { parent_id: 'op.department' },
  service: 'departments',
  sweep: 'structure',
  ripples: [
    { push: 'departments' },
    // What is below one that is new may wait for it; of one that was moved the scopes follow it.
    { push: 'departments', way: '<op.department*', when: ['parent_id'] },
    ...along('<op.department* <op.course <op.course*', wholeProgram, ['parent_id']),
  ],
  moved: [
    { push: 'departments', way: '<op.department' },
    { push: 'programs', way: '<op.course' },
  ],
  odoo: { isComparedWhole: true },
  headings: { 'parent department': 'parent_id' },
});

export type Department = RecordOfModel<typeof department>;
