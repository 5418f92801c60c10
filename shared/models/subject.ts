import { active, recordId, reference, selection, text } from './fields/fields.ts';
import { partLimits } from './fields/moodle-limits.ts';
import { along, defineModel, type RecordOfModel, withoutActive } from './model.ts';
import { insideProgram } from './program.ts';

const courses = ['subject_type', 'active', 'name', 'code'];

/** op.subject: one course in Moodle for every program that lists it. */
export const subject = defineModel({
  name: 'op.subject',
  noun: 'subject',
  fields: {
    id: recordId,
    name: text,
    code: text,
    // Compulsory without one, as in OpenEduCat.
    subject_type: selection(['compulsory', 'elective'], 'compulsory'),
    department_id: reference,
    active,
  },
  read: (fields, check, { courseFullname }) => ({
    id: fields.id,
    name: check.requiredText('name', courseFullname, 'for the full name of the course'),
    code: check.requiredText('code', partLimits.subjectCode, 'for the short name of the course'),
    subjectType: fields.subject_type,
    departmentId: fields.department_id,
    active: fields.active,
  }),
  refersTo: { department_id: 'op.department' },
  service: 'subjects',
  sweep: 'structure',
  ripples: [
    { push: 'subjects' },
    ...along('<op.course', insideProgram, courses),
    { push: 'teaching', way: '<op.faculty', when: courses },
  ],
  moved: [...along('@op.course', insideProgram), { push: 'teaching', way: '<op.faculty' }],
  odoo: {
    isComparedWhole: true,
    copiedForTemplates: ['type', 'grade_weightage'],
    withoutField: {
      ...withoutActive,
      subject_type: 'Every subject of a program is compulsory.',
      department_id: 'Nothing: a subject stands under the programs that list it.',
    },
  },
});

export type Subject = RecordOfModel<typeof subject>;
