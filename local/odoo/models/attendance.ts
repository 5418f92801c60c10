import { pythonError } from '../odoo-exception.ts';
import {
  active,
  boolean,
  char,
  date,
  type Environment,
  type Field,
  type Model,
  many2one,
  one2many,
  selection,
  today,
} from '../orm/model.ts';

/** The name that every new sheet gets, whatever it was given: the register's code and a number. */
function sheetName(values: Readonly<Record<string, unknown>>, { database }: Environment): string {
  if (!('register_id' in values)) throw pythonError('KeyError', 'register_id');
  const register = database.row('op.attendance.register', values.register_id as number);
  const number = database.table('op.attendance.sheet').size + 1;
  return `${register?.code ?? ''}AR-AS${String(number).padStart(2, '0')}`;
}

const relatedTo = (label: string, relation: string, related: string): Field =>
  many2one(label, relation, { related, readonly: true });

/** openeducat_attendance: who was there. */
export const attendanceModels: readonly Model[] = [
  {
    name: 'op.attendance.register',
    label: 'Attendance Register',
    order: 'id desc',
    fields: {
      name: char('Name', { required: true, size: 16 }),
      code: char('Code', { required: true, size: 16 }),
      course_id: many2one('Course', 'op.course', { required: true }),
      batch_id: many2one('Batch', 'op.batch', { required: true }),
      subject_id: many2one('Subject', 'op.subject'),
      active,
    },
    unique: [{ fields: ['code'], message: 'Code should be unique per attendance register!' }],
  },
  {
    name: 'op.attendance.sheet',
    label: 'Attendance Sheet',
    order: 'attendance_date desc',
    fields: {
      name: char('Name', { size: 32, readonly: true }),
      register_id: many2one('Register', 'op.attendance.register', { required: true }),
      course_id: relatedTo('Course', 'op.course', 'register_id.course_id'),
      batch_id: relatedTo('Batch', 'op.batch', 'register_id.batch_id'),
      session_id: many2one('Session', 'op.session'),
      attendance_date: date('Date', { required: true, default: today }),
      attendance_line: one2many('Attendance Line', 'op.attendance.line', 'attendance_id'),
      faculty_id: many2one('Faculty', 'op.faculty'),
      state: selection(
        'Status',
        { draft: 'Draft', start: 'Attendance Start', done: 'Attendance Taken', cancel: 'Cancelled' },
        { default: 'draft' },
      ),
      active,
    },
    unique: [
      {
        fields: ['register_id', 'session_id', 'attendance_date'],
        message: 'Sheet must be unique per Register/Session.',
      },
    ],
    beforeCreate: (values, env) => ({ name: sheetName(values, env) }),
  },
  {
    name: 'op.attendance.line',
    label: 'Attendance Lines',
    order: 'attendance_date desc',
    recordName: 'attendance_id',
    fields: {
      attendance_id: many2one('Attendance Sheet', 'op.attendance.sheet', {
        required: true,
        onDelete: 'cascade',
      }),
      student_id: many2one('Student', 'op.student', { required: true }),
      present: boolean('Present', { default: true }),
      excused: boolean('Absent Excused'),
      absent: boolean('Absent Unexcused'),
      late: boolean('Late'),
      remark: char('Remark', { size: 256 }),
      attendance_date: date('Date', { related: 'attendance_id.attendance_date', readonly: true }),
      course_id: relatedTo('Course', 'op.course', 'attendance_id.register_id.course_id'),
      batch_id: relatedTo('Batch', 'op.batch', 'attendance_id.register_id.batch_id'),
      register_id: relatedTo('Register', 'op.attendance.register', 'attendance_id.register_id'),
      active,
    },
    // The sheet has one date, which therefore need not be part of the key.
    unique: [{ fields: ['student_id', 'attendance_id'], message: 'Student must be unique per Attendance.' }],
  },
];
