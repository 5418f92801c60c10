import { pythonError, validationError } from '../odoo-exception.ts';
import {
  active,
  char,
  datetime,
  type Environment,
  type Model,
  many2one,
  type Row,
  selection,
} from '../orm/model.ts';
import { alongPath } from '../orm/reading.ts';
import { companyId } from './base.ts';

/** `Carl Lecturer:Mechanics:09:00AM-10:30AM`, in the time zone of the user who saves it. */
function nameOf(row: Row, env: Environment): string {
  const { timeZone } = env.settings;
  // OpenEduCat asks pytz for the time zone of the user, and falls over where there is none.
  if (timeZone === undefined) throw pythonError('AttributeError', "'bool' object has no attribute 'upper'");
  const model = env.models.get('op.session');
  const named = (field: string) => alongPath(row, model, [field, 'name'], env) ?? '';
  const time = (field: string) =>
    new Intl.DateTimeFormat('en-US', { timeZone, hour: '2-digit', minute: '2-digit', hour12: true })
      .format(row[field] as number)
      .replace(/\s/u, '');
  return `${named('faculty_id')}:${named('subject_id')}:${time('start_datetime')}-${time('end_datetime')}`;
}

/** openeducat_timetable: the lectures. */
export const timetableModels: readonly Model[] = [
  {
    name: 'op.session',
    createsWith: 'values',
    label: 'Sessions',
    fields: {
      name: char('Name', {
        readonly: true,
        compute: { from: ['faculty_id', 'subject_id', 'start_datetime', 'end_datetime'], value: nameOf },
      }),
      start_datetime: datetime('Start Time', { required: true, default: ({ now }) => now }),
      end_datetime: datetime('End Time', { required: true }),
      course_id: many2one('Course', 'op.course', { required: true }),
      faculty_id: many2one('Faculty', 'op.faculty', { required: true }),
      batch_id: many2one('Batch', 'op.batch', { required: true }),
      subject_id: many2one('Subject', 'op.subject', { required: true }),
      state: selection(
        'Status',
        { draft: 'Draft', confirm: 'Confirmed', done: 'Done', cancel: 'Canceled' },
        { default: 'draft' },
      ),
      active,
      company_id: many2one('Company', 'res.company', { default: companyId }),
    },
    rules: [
      {
        fields: ['start_datetime', 'end_datetime'],
        isSingle: true,
        check: ({ start_datetime: start, end_datetime: end }) => {
          if (Number(start) > Number(end)) throw validationError('End Time cannot be set before Start Time.');
        },
      },
    ],
  },
];
