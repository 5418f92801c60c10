import { date, recordId, reference, text } from './fields/fields.ts';
import { partLimits } from './fields/moodle-limits.ts';
import { defineModel } from './model.ts';

/** op.academic.term, a part of an academic year: when courses begin and end that are for a term (`course_per`). */
export const academicTerm = defineModel({
  name: 'op.academic.term',
  noun: 'term',
  fields: {
    id: recordId,
    name: text,
    term_start_date: date,
    term_end_date: date,
    academic_year_id: reference,
  },
  read: (fields, check) => ({
    id: fields.id,
    name: check.requiredText('name', partLimits.period, 'for the names of its courses'),
    startDate: fields.term_start_date,
    endDate: fields.term_end_date,
    /** Terms are called alike in all years. */
    yearId: fields.academic_year_id,
  }),
  refersTo: { academic_year_id: 'op.academic.year' },
  service: 'subjects',
  ripples: [],
  odoo: { withoutModel: 'There are no courses for academic terms.' },
});
