import { active, recordId, reference, references, text } from './fields/fields.ts';
import { partLimits } from './fields/moodle-limits.ts';
import { categoryName } from './fields/record-check.ts';
import { along, defineModel, type RecordOfModel, type Ripple, withoutActive } from './model.ts';

/** What hangs on a program and the subjects that it lists. */
export const insideProgram: readonly Ripple[] = [
  { push: 'batches', way: '<op.batch' },
  { push: 'enrolments', way: '<op.student.course >op.student' },
  { push: 'teaching', way: '<op.session >op.faculty' },
  // Sheets may wait for a course or a group.
  { push: 'attendance', way: '<op.attendance.register <op.attendance.sheet' },
];

/** A program with its courses and all that hangs on them. */
export const wholeProgram: readonly Ripple[] = [
  { push: 'programs' },
  { push: 'subjects', way: '>op.subject' },
  ...insideProgram,
];

const place = ['parent_id', 'department_id'];
const courses = ['subject_ids', 'active', ...place];

/**
 * op.course, a program of study: a category in Moodle that holds one course per subject. Neither parent, department nor
 * subjects are needed; its subject_ids are the only link between programs and subjects.
 */
export const program = defineModel({
  name: 'op.course',
  noun: 'program',
  fields: {
    id: recordId,
    name: text,
    code: text,
    parent_id: reference,
    department_id: reference,
    subject_ids: references,
    active,
  },
  read: (fields, check) => ({
    id: fields.id,
    name: categoryName(fields.name, check),
    code: check.requiredText('code', partLimits.programCode, "for the short names of the program's courses"),
    parentId: check.parent(fields.id, fields.parent_id),
    departmentId: fields.department_id,
    subjectIds: fields.subject_ids,
    active: fields.active,
  }),
  refersTo: { parent_id: 'op.course', department_id: 'op.department', subject_ids: 'op.subject' },
  service: 'programs',
  sweep: 'structure',
  ripples: [
    { push: 'programs' },
    { push: 'program_cohorts', when: ['name', 'active'] },
    ...along('<op.course*', wholeProgram, place),
    { push: 'subjects', way: '>op.subject', when: ['code', ...courses] },
    ...insideProgram.map((ripple) => ({ ...ripple, when: courses })),
    { push: 'teaching', way: '>op.subject <op.faculty', when: courses },
  ],
  moved: [
    { push: 'programs', way: '<op.course' },
    { push: 'subjects', way: '>op.subject' },
  ],
  odoo: {
    isComparedWhole: true,
    copiedForTemplates: ['evaluation_type', 'min_unit_load', 'max_unit_load'],
    withoutField: {
      ...withoutActive,
      department_id: 'Programs stand under their parent program, or at the top of the categories.',
    },
  },
  headings: { 'parent course': 'parent_id', 'subject(s)': 'subject_ids', subjects: 'subject_ids' },
});

export type Program = RecordOfModel<typeof program>;
