import { validationError } from '../odoo-exception.ts';
import { emptyDate } from '../orm/constraints.ts';
import {
  active,
  char,
  date,
  type Environment,
  float,
  type Model,
  many2many,
  many2one,
  one2many,
  type Row,
  type Rule,
  type Stored,
  selection,
  today,
} from '../orm/model.ts';
import { isOf2025 } from '../release.ts';

const ofUser = ({ settings, database }: Environment): Stored =>
  settings.userDepartmentId !== undefined && database.row('op.department', settings.userDepartmentId)
    ? settings.userDepartmentId
    : null;

const delegate = { model: 'res.partner', through: 'partner_id' };
const contact = many2one('Partner', 'res.partner', { required: true, onDelete: 'cascade' });

const birthDateRule: Rule = {
  fields: ['birth_date'],
  check: (row, env) => {
    if (row.birth_date === null && isOf2025(env.settings.release)) return;
    if (row.birth_date === null) throw emptyDate();
    if (String(row.birth_date) > today(env))
      throw validationError("Birth Date can't be greater than current date!");
  },
};

function requireNoCycle(row: Row, { database }: Environment): void {
  const seen = new Set<number>();
  for (let at: Row | undefined = row; at; at = database.row('op.course', at.parent_id)) {
    if (seen.has(at.id)) throw validationError('You cannot create recursive categories.');
    seen.add(at.id);
  }
}

export const datesInOrder: Rule = {
  fields: ['start_date', 'end_date'],
  check: ({ start_date: start, end_date: end }) => {
    if (String(start) > String(end)) throw validationError('End Date cannot be set before Start Date.');
  },
};

/** openeducat_core: what is taught, and who learns and teaches it. */
export const coreModels: readonly Model[] = [
  {
    name: 'op.department',
    label: 'OpenEduCat Department',
    fields: {
      name: char('Name', { required: true }),
      code: char('Code', { required: true }),
      parent_id: many2one('Parent Department', 'op.department'),
    },
    createsOne: true,
    createsWith: 'vals',
  },
  {
    name: 'op.course',
    label: 'OpenEduCat Course',
    fields: {
      name: char('Name', { required: true }),
      code: char('Code', { required: true, size: 16 }),
      parent_id: many2one('Parent Course', 'op.course'),
      evaluation_type: selection(
        'Evaluation Type',
        { normal: 'Normal', GPA: 'GPA', CWA: 'CWA', CCE: 'CCE' },
        { required: true, default: 'normal' },
      ),
      subject_ids: many2many('Subject(s)', 'op.subject'),
      department_id: many2one('Department', 'op.department', { default: ofUser }),
      active,
    },
    unique: [{ fields: ['code'], message: 'Code should be unique per course!' }],
    rules: [{ fields: ['parent_id'], check: requireNoCycle }],
  },
  {
    name: 'op.subject',
    label: 'Subject',
    fields: {
      name: char('Name', { required: true, size: 128 }),
      code: char('Code', { required: true, size: 256 }),
      grade_weightage: float('Grade Weightage'),
      type: selection(
        'Type',
        { theory: 'Theory', practical: 'Practical', both: 'Both', other: 'Other' },
        { required: true, default: 'theory' },
      ),
      subject_type: selection(
        'Subject Type',
        { compulsory: 'Compulsory', elective: 'Elective' },
        { required: true, default: 'compulsory' },
      ),
      department_id: many2one('Department', 'op.department', { default: ofUser }),
      active,
    },
    unique: [{ fields: ['code'], message: 'Code should be unique per subject!' }],
  },
  {
    name: 'op.batch',
    label: 'OpenEduCat Batch',
    fields: {
      code: char('Code', { required: true, size: 16 }),
      name: char('Name', { required: true, size: 32 }),
      start_date: date('Start Date', { required: true, default: today }),
      end_date: date('End Date', { required: true }),
      course_id: many2one('Course', 'op.course', { required: true }),
      active,
    },
    unique: [{ fields: ['code'], message: 'Code should be unique per batch!' }],
    rules: [datesInOrder],
  },
  {
    name: 'op.academic.year',
    label: 'Academic Year',
    fields: {
      name: char('Name', { required: true }),
      start_date: date('Start Date', { required: true }),
      end_date: date('End Date', { required: true }),
    },
  },
  {
    name: 'op.academic.term',
    label: 'Academic Term',
    fields: {
      name: char('Name', { required: true }),
      term_start_date: date('Start Date', { required: true }),
      term_end_date: date('End Date', { required: true }),
      academic_year_id: many2one('Academic Year', 'op.academic.year', { required: true }),
      parent_term: many2one('Parent Term', 'op.academic.term'),
    },
  },
  {
    name: 'op.student',
    label: 'Student',
    delegate,
    fields: {
      partner_id: contact,
      first_name: char('First Name', { isTranslated: true }),
      middle_name: char('Middle Name', { isTranslated: true }),
      last_name: char('Last Name', { isTranslated: true }),
      birth_date: date('Birth Date'),
      gender: selection('Gender', { m: 'Male', f: 'Female', o: 'Other' }, { required: true, default: 'm' }),
      gr_no: char('Registration Number', { size: 20 }),
      user_id: many2one('User', 'res.users', { onDelete: 'cascade' }),
      course_detail_ids: one2many('Course Details', 'op.student.course', 'student_id'),
      active,
    },
    unique: [{ fields: ['gr_no'], message: 'Registration Number must be unique per student!' }],
    rules: [birthDateRule],
  },
  {
    name: 'op.faculty',
    label: 'OpenEduCat Faculty',
    delegate,
    fields: {
      partner_id: contact,
      first_name: char('First Name', { required: true, isTranslated: true }),
      middle_name: char('Middle Name', { size: 128 }),
      last_name: char('Last Name', { required: true, size: 128 }),
      birth_date: date('Birth Date', { required: true }),
      gender: selection('Gender', { male: 'Male', female: 'Female' }, { required: true }),
      faculty_subject_ids: many2many('Subject(s)', 'op.subject'),
      main_department_id: many2one('Main Department', 'op.department', { default: ofUser }),
      allowed_department_ids: many2many('Allowed Department', 'op.department', {
        default: ({ database }) =>
          database
            .table('op.department')
            .all()
            .map(({ id }) => id),
      }),
      active,
    },
    rules: [birthDateRule],
  },
  {
    name: 'op.student.course',
    label: 'Student Course Details',
    recordName: 'student_id',
    fields: {
      student_id: many2one('Student', 'op.student', { onDelete: 'cascade' }),
      course_id: many2one('Course', 'op.course', { required: true }),
      batch_id: many2one('Batch', 'op.batch', { required: true }),
      roll_number: char('Roll Number'),
      subject_ids: many2many('Subjects', 'op.subject'),
      academic_years_id: many2one('Academic Year', 'op.academic.year'),
      academic_term_id: many2one('Terms', 'op.academic.term'),
      state: selection('Status', { running: 'Running', finished: 'Finished' }, { default: 'running' }),
    },
    unique: [
      {
        fields: ['roll_number', 'course_id', 'batch_id', 'student_id'],
        message: 'Roll Number & Student must be unique per Batch!',
      },
      {
        fields: ['roll_number', 'course_id', 'batch_id'],
        message: 'Roll Number must be unique per Batch!',
      },
      { fields: ['student_id', 'course_id', 'batch_id'], message: 'Student must be unique per Batch!' },
    ],
  },
];
