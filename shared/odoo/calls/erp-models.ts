import { type PushedModel, pushedModels } from '#shared/models/models.ts';
import type { ModelFields } from './model-fields.ts';

/** What is read of a model, and what it means when the ERP lacks it. */
type ReadModel = {
  fields: readonly string[];
  /** What follows where the ERP has no such model; every school has the others. */
  withoutModel?: string;
  /** What follows where it has no such field; one that is not named here is needed. */
  withoutField?: Readonly<Record<string, string>>;
};

const person = ['name', 'first_name', 'middle_name', 'last_name', 'email', 'company_id'];
/** Of a student or teacher; they are copied only where a Moodle gets them. */
const phones = ['phone', 'mobile'];
const withoutPersonField = {
  mobile: 'Only the phone number of the contact is taken over.',
  company_id: 'An instance cannot be limited to some companies.',
};
const withoutActive = { active: 'Every record counts as active; a record that ends must be deleted.' };

const noTimetable =
  'Teachers are enrolled by the subjects on their record only (module openeducat_timetable).';
const noAttendance = 'Attendance is not taken from or brought to the ERP (module openeducat_attendance).';

/**
 * The fields of the pushed models that are used: by our schemas (shared/models), and to recognise people and records. None is
 * copied for its own sake, least of all a person's.
 */
export const readModels: Readonly<Record<PushedModel, ReadModel>> = {
  'op.department': { fields: ['name', 'code', 'parent_id', 'write_date'] },
  'op.course': {
    fields: ['name', 'code', 'parent_id', 'department_id', 'subject_ids', 'active', 'write_date'],
    withoutField: {
      ...withoutActive,
      department_id: 'Programs stand under their parent program, or at the top of the categories.',
    },
  },
  'op.subject': {
    fields: ['name', 'code', 'subject_type', 'department_id', 'active', 'write_date'],
    withoutField: {
      ...withoutActive,
      subject_type: 'Every subject of a program is compulsory.',
      department_id: 'Nothing: a subject stands under the programs that list it.',
    },
  },
  'op.batch': {
    fields: ['name', 'code', 'start_date', 'end_date', 'course_id', 'active', 'write_date'],
    withoutField: withoutActive,
  },
  'op.student': {
    fields: [...person, 'gr_no', 'active', 'write_date'],
    withoutField: {
      ...withoutActive,
      ...withoutPersonField,
      gr_no: 'Accounts are not recognised by the registration number.',
    },
  },
  'op.faculty': {
    fields: [...person, 'faculty_subject_ids', 'main_department_id', 'active', 'write_date'],
    withoutField: {
      ...withoutActive,
      ...withoutPersonField,
      faculty_subject_ids: 'Teachers are enrolled by the timetable only.',
      main_department_id: 'Teachers belong to no department.',
    },
  },
  'op.student.course': {
    fields: ['student_id', 'course_id', 'batch_id', 'roll_number', 'subject_ids', 'state', 'write_date'],
    withoutField: {
      roll_number: 'Accounts are not recognised by the roll number.',
      subject_ids: "Students are enrolled in all of the program's compulsory subjects.",
      state: 'Every enrolment is running until it is deleted.',
    },
  },
  'op.session': {
    fields: [
      'faculty_id',
      'subject_id',
      'course_id',
      'batch_id',
      'start_datetime',
      'end_datetime',
      'state',
      'active',
      'write_date',
    ],
    withoutModel: noTimetable,
    withoutField: {
      ...withoutActive,
      state: 'A cancelled lecture counts like any other.',
    },
  },
  'op.attendance.register': {
    fields: ['course_id', 'batch_id', 'subject_id', 'active', 'write_date'],
    withoutModel: noAttendance,
    withoutField: withoutActive,
  },
  'op.attendance.sheet': {
    fields: ['register_id', 'session_id', 'attendance_date', 'state', 'active', 'write_date'],
    withoutModel: noAttendance,
    withoutField: {
      ...withoutActive,
      session_id: 'Sheets belong to no lecture: their times of day are not known.',
    },
  },
  'op.attendance.line': {
    fields: [
      'attendance_id',
      'student_id',
      'present',
      'absent',
      'excused',
      'late',
      'remark',
      'active',
      'write_date',
    ],
    withoutModel: noAttendance,
    withoutField: {
      ...withoutActive,
      excused: 'An excused absence reads as absent.',
      late: 'Somebody who came late reads as present.',
      remark: 'A remark on an imported mark that was edited in the ERP is not noticed.',
    },
  },
};

/** The fields that are copied of a model. @param arePhonesSent whether a Moodle gets telephone numbers */
export function copiedFields(model: PushedModel, arePhonesSent: boolean): readonly string[] {
  const { fields } = readModels[model];
  const isPerson = model === 'op.student' || model === 'op.faculty';
  return arePhonesSent && isPerson ? [...fields, ...phones] : fields;
}

/** Something that the ERP lacks, and what follows. */
export type Gap = {
  model: PushedModel;
  /** Undefined where the model itself is missing. */
  field?: string;
  consequence: string;
  /** Whether the export cannot do without it. */
  isNeeded: boolean;
};

/** What the ERP lacks of all that is read from it, model by model. @throws OdooError */
export async function gapsOf(fields: ModelFields): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const model of pushedModels) gaps.push(...(await gapsIn(model, fields, true)));
  return gaps;
}

/** What it lacks of one model. @throws OdooError */
export async function gapsIn(
  model: PushedModel,
  fields: ModelFields,
  arePhonesSent: boolean,
): Promise<Gap[]> {
  const wanted = readModels[model];
  const split = await fields.split(model, copiedFields(model, arePhonesSent));
  if (split === undefined) {
    const consequence = wanted.withoutModel ?? 'Nothing can be exported: OpenEduCat itself is not installed.';
    return [{ model, consequence, isNeeded: wanted.withoutModel === undefined }];
  }
  return split.missing.map((field) => {
    const consequence = wanted.withoutField?.[field];
    return {
      model,
      field,
      consequence: consequence ?? 'Records of this model cannot be exported.',
      isNeeded: consequence === undefined,
    };
  });
}
