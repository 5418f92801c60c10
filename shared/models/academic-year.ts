import { date, recordId, text } from './fields/fields.ts';
import { partLimits } from './fields/moodle-limits.ts';
import { defineModel } from './model.ts';

/**
 * op.academic.year: when courses begin and end that are for a year (`course_per`). Nothing is pushed at once after a
 * change: the sweeps find what it means.
 */
export const academicYear = defineModel({
  name: 'op.academic.year',
  noun: 'year',
  fields: { id: recordId, name: text, start_date: date, end_date: date },
  read: (fields, check) => ({
    id: fields.id,
    name: check.requiredText('name', partLimits.period, 'for the names of its courses'),
    startDate: fields.start_date,
    endDate: fields.end_date,
  }),
  refersTo: {},
  service: 'subjects',
  ripples: [],
  odoo: { withoutModel: 'There are no courses for academic years.' },
});
