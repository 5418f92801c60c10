import { pythonError, validationError } from '../odoo-exception.ts';
import { parseDate } from '../orm/convert.ts';
import {
  active,
  char,
  date,
  datetime,
  type Environment,
  type Field,
  integer,
  type Model,
  many2many,
  many2one,
  one2many,
  type Row,
  selection,
  text,
} from '../orm/model.ts';
import { alongPath } from '../orm/reading.ts';
import { isOf2025, keepsExamsApart } from '../release.ts';
import { datesInOrder } from './core.ts';

const examStates = {
  draft: 'Draft',
  schedule: 'Scheduled',
  held: 'Held',
  result_updated: 'Result Updated',
  cancel: 'Cancelled',
  done: 'Done',
};
const day = 24 * 60 * 60 * 1000;

const ofSession = (label: string, relation: string, field: string): Field =>
  many2one(label, relation, { related: `session_id.${field}`, readonly: true });

function requireMarksInOrder({ total_marks: total, min_marks: least }: Row): void {
  if (Number(total) <= 0 || Number(least) <= 0) throw validationError('Enter proper marks!');
  if (Number(least) > Number(total)) throw validationError("Passing Marks can't be greater than Total Marks");
}

function requireTimesWithinSession(row: Row, { database, settings }: Environment): void {
  const session = database.row('op.exam.session', row.session_id);
  if (!session && isOf2025(settings.release)) return;
  // Without a session there is no date to combine with a time.
  if (!session) throw pythonError('TypeError', 'combine() argument 1 must be datetime.date, not None');
  const from = Date.parse(parseDate(session.start_date));
  const until = Date.parse(parseDate(session.end_date)) + day;
  const [start, end] = [Number(row.start_time), Number(row.end_time)];
  if (start > end) throw validationError('End Time cannot be set before Start Time.');
  if (start === end && isOf2025(settings.release))
    throw validationError('End Time and start time can not set at same time.');
  if (start < from || end >= until)
    throw validationError(
      isOf2025(settings.release)
        ? 'Exam Time should be within the Exam Session Dates.'
        : 'Exam Time should in between Exam Session Dates.',
    );
}

function requireNoOverlap(row: Row, { database, settings }: Environment): void {
  if (!keepsExamsApart(settings.release)) return;
  const others = database.table('op.exam').having({ subject_id: row.subject_id! });
  const overlapping = others.filter(
    (other) =>
      other.id !== row.id &&
      other.active !== false &&
      Number(other.start_time) < Number(row.end_time) &&
      Number(other.end_time) > Number(row.start_time),
  );
  if (overlapping.length === 0) return;
  const which = isOf2025(settings.release) ? ` : ${overlapping.map(({ name }) => name).join(', ')}` : '.';
  throw validationError(`The exam time overlaps with an existing exam for the same subject${which}`);
}

function requireMarksOfExam(row: Row, { database, settings }: Environment): void {
  if (row.status === 'absent' && isOf2025(settings.release)) return;
  const total = Number(database.row('op.exam', row.exam_id)?.total_marks ?? 0);
  const marks = Number(row.marks ?? 0);
  if (keepsExamsApart(settings.release) && (marks < 0 || marks > total))
    throw validationError(
      isOf2025(settings.release)
        ? `Please Enter Marks between 0 and ${total} for a present student.`
        : `Please Enter Marks between 0 to ${total}`,
    );
  if (marks < 0) throw validationError('Enter proper marks!');
}

function passOrFail(row: Row, env: Environment): string {
  const least = alongPath(row, env.models.get('op.result.line'), ['exam_id', 'min_marks'], env);
  return Number(row.marks ?? 0) < Number(least ?? 0) ? 'fail' : 'pass';
}

/** openeducat_exam: exams, who sat them, and results. */
export const examModels: readonly Model[] = [
  {
    name: 'op.exam.type',
    label: 'Exam Type',
    fields: {
      name: char('Name', { required: true, size: 256 }),
      code: char('Code', { required: true, size: 16 }),
    },
    unique: [{ fields: ['code'], message: 'Code should be unique per exam type!' }],
  },
  {
    name: 'op.exam.session',
    label: 'Exam Session',
    fields: {
      name: char('Exam Session', { required: true, size: 256 }),
      course_id: many2one('Course', 'op.course', { required: true }),
      batch_id: many2one('Batch', 'op.batch', { required: true }),
      exam_code: char('Exam Session Code', { required: true, size: 16 }),
      start_date: date('Start Date', { required: true }),
      end_date: date('End Date', { required: true }),
      exam_ids: one2many('Exam(s)', 'op.exam', 'session_id'),
      exam_type: many2one('Exam Type', 'op.exam.type', { required: true }),
      evaluation_type: selection(
        'Evolution type',
        { normal: 'Normal', grade: 'Grade' },
        { required: true, default: 'normal' },
      ),
      state: selection(
        'State',
        { draft: 'Draft', schedule: 'Scheduled', held: 'Held', cancel: 'Cancelled', done: 'Done' },
        { default: 'draft' },
      ),
      active,
    },
    unique: [{ fields: ['exam_code'], message: 'Code should be unique per exam session!' }],
    rules: [{ ...datesInOrder, isSingle: true }],
  },
  {
    name: 'op.exam',
    label: 'Exam',
    createsEachIn: '17.0',
    fields: {
      session_id: many2one('Exam Session', 'op.exam.session'),
      course_id: ofSession('Course', 'op.course', 'course_id'),
      batch_id: ofSession('Batch', 'op.batch', 'batch_id'),
      subject_id: many2one('Subject', 'op.subject', { required: true }),
      exam_code: char('Exam Code', { required: true, size: 16 }),
      name: char('Exam', { required: true, size: 256 }),
      attendees_line: one2many('Attendees', 'op.exam.attendees', 'exam_id'),
      start_time: datetime('Start Time', { required: true }),
      end_time: datetime('End Time', { required: true }),
      state: selection('State', examStates, { readonly: true, default: 'draft' }),
      total_marks: integer('Total Marks', { required: true }),
      min_marks: integer('Passing Marks', { required: true }),
      responsible_id: many2many('Responsible', 'op.faculty'),
      note: text('Note'),
      active,
    },
    unique: [{ fields: ['exam_code'], message: 'Code should be unique per exam!' }],
    rules: [
      { fields: ['total_marks', 'min_marks'], isSingle: 2024, check: requireMarksInOrder },
      { fields: ['start_time', 'end_time'], isSingle: 2024, check: requireTimesWithinSession },
      { fields: ['start_time', 'end_time', 'subject_id'], check: requireNoOverlap },
    ],
  },
  {
    name: 'op.exam.attendees',
    label: 'Exam Attendees',
    recordName: 'student_id',
    fields: {
      student_id: many2one('Student', 'op.student', { required: true }),
      exam_id: many2one('Exam', 'op.exam', { required: true, onDelete: 'cascade' }),
      status: selection(
        'Status',
        { present: 'Present', absent: 'Absent' },
        { required: true, default: 'present' },
      ),
      marks: integer('Marks'),
      note: text('Note'),
      course_id: many2one('Course', 'op.course', { readonly: true }),
      batch_id: many2one('Batch', 'op.batch', { readonly: true }),
    },
    unique: [{ fields: ['student_id', 'exam_id'], message: 'Attendee must be unique per exam.' }],
    rules: [{ fields: ['marks'], fieldsOf2025: ['status'], isSingle: 2024, check: requireMarksOfExam }],
  },
  {
    name: 'op.result.line',
    label: 'Result Line',
    recordName: 'marks',
    fields: {
      exam_id: many2one('Exam', 'op.exam', { required: true }),
      student_id: many2one('Student', 'op.student', { required: true }),
      marks: integer('Marks', { required: true }),
      evaluation_type: selection(
        'Evaluation Type',
        { normal: 'Normal', grade: 'Grade' },
        { related: 'exam_id.session_id.evaluation_type', readonly: true },
      ),
      status: selection(
        'Status',
        { pass: 'Pass', fail: 'Fail' },
        { readonly: true, compute: { from: ['marks'], value: passOrFail } },
      ),
    },
    rules: [
      {
        fields: ['marks'],
        check: ({ marks }) => {
          if (Number(marks) < 0) throw validationError('Enter proper Marks or Percentage!');
        },
      },
    ],
  },
];
