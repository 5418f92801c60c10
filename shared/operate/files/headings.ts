import { type PushedModel, recordSchemas } from '#shared/models/models.ts';

/**
 * English headings of OpenEduCat's fields where Odoo does not make them from the field's name; from the models of
 * openeducat_erp 18.0 (core, timetable, attendance). In lower case.
 */
const ownHeadings: { [Model in PushedModel]?: Record<string, string> } = {
  'op.department': { 'parent department': 'parent_id' },
  'op.course': { 'parent course': 'parent_id', 'subject(s)': 'subject_ids', subjects: 'subject_ids' },
  'op.faculty': {
    'subject(s)': 'faculty_subject_ids',
    subjects: 'faculty_subject_ids',
    'allowed departments': 'allowed_department_ids',
  },
  'op.student.course': { subjects: 'subject_ids' },
  'op.session': { 'start time': 'start_datetime', 'end time': 'end_datetime', status: 'state' },
  'op.attendance.sheet': { date: 'attendance_date', status: 'state' },
  'op.attendance.line': {
    'attendance sheet': 'attendance_id',
    'absent excused': 'excused',
    'absent unexcused': 'absent',
  },
};

/** What Odoo calls its own field in its export. */
const odooHeadings: Record<string, string> = {
  'last updated on': 'write_date',
  'last modified on': 'write_date',
};

/** The fields of a model by their names and their English headings, in lower case. */
export function headingsOf(model: PushedModel): Map<string, string> {
  const fields = Object.keys(recordSchemas[model].shape);
  return new Map([
    ...fields.map((field) => [odooHeading(field), field] as const),
    ...Object.entries({ ...odooHeadings, ...ownHeadings[model] }),
    ...fields.map((field) => [field, field] as const),
  ]);
}

/** What Odoo makes of a field's name where the model gives it no heading: `main_department_id` is "Main Department". */
function odooHeading(field: string): string {
  return field.replace(/_ids?$/, '').replaceAll('_', ' ');
}
