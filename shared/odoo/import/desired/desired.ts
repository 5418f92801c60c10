import * as z from 'zod';
import { flag, pullableReference, reference, text } from '#shared/models/fields/fields.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { completionAttribute } from '#shared/moodle/completion/moodle-completion.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import { type ImportedModel, isErpId } from '#shared/odoo/import/models.ts';
import type { Failure } from '#shared/sync/failure.ts';
import { type Json, payloadHash } from '#shared/sync/hash.ts';
import { type Completion, completionOf } from './completion.ts';

/** What a record from Moodle asks the ERP to hold. Everything in it is known without a call. */
export interface Desired {
  /** What it hangs on: a record from Moodle or, with a number for its id, one of the ERP's own. */
  parent?: { model: ImportedModel; id: string };
  /** The op.student's id. */
  student?: number;
  /** Whether Moodle has taken it back: there should be no such record. */
  isWithdrawn: boolean;
  /** Whether the record is the ERP's own, so that its id is known and it is never made or deleted. */
  isOwn: boolean;
  /** What is compared and written, in the ERP's names; marks are those of the exam as it was made. */
  fields: Values;
  /** What is given to a new record only: after that it is the ERP's. */
  fixed: Values;
  /** The op.batch's id, or the op.course's and the day, that decide in which batch a new record is. */
  batch?: number;
  program?: number;
  day?: string;
  /** Moodle's exact grade, where the ERP counts an exam by other total marks than it was made with. */
  grade?: { raw: number; max: number };
  completion?: Completion;
  /** When Moodle says that attendance was taken, in seconds since 1970. */
  takenAt?: number;
}

/** The hash of all that decides what the ERP should hold: the `sync_hash` of a row. */
export function desiredHash(desired: Desired): string {
  const { parent, batch: _batch, program: _program, day: _day, isOwn: _isOwn, ...rest } = desired;
  const marked = { ...rest, parent: parent?.id };
  return payloadHash(JSON.parse(JSON.stringify(marked)) as { [key: string]: Json });
}

const whole = z.number().int();
const number = z.coerce.number();
const required = reference.transform((value, context) => {
  if (value !== undefined) return Number(value);
  context.addIssue({ code: 'custom', message: 'is needed' });
  return z.NEVER;
});
const requiredPulled = pullableReference.transform((value, context) => {
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: 'is needed' });
  return z.NEVER;
});
const code = z.string().min(1).max(16);
const date = z.iso.date();
const time = z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);

/**
 * The state in which OpenEduCat enters marks. A person who sets an exam or its session to done or cancelled thereby
 * closes it; one that was made in that state could not be told from it.
 */
const entering = 'held';

const readers: Record<ImportedModel, (item: RecordItem) => Desired> = {
  'op.exam.session': (item) => {
    const fields = z
      .object({
        name: z.string().min(1),
        exam_code: code,
        course_id: required,
        start_date: date,
        end_date: date,
        evaluation_type: z.enum(['normal', 'grade']).catch('normal'),
      })
      .parse(item);
    return made({
      fixed: { ...fields, state: entering },
      program: fields.course_id,
      day: fields.start_date,
    });
  },

  'op.exam': (item) => {
    const { session_id, total_marks, min_marks, ...fields } = z
      .object({
        name: z.string().min(1),
        exam_code: code,
        session_id: requiredPulled,
        subject_id: required,
        start_time: time,
        end_time: time,
        total_marks: whole.positive(),
        min_marks: whole.positive().or(z.literal(false)).default(false),
      })
      .parse(item);
    return made({
      parent: { model: 'op.exam.session', id: session_id },
      // OpenEduCat wants a pass mark. Where nobody has set one, the least there is: no student fails by a guess.
      fixed: { ...fields, total_marks, min_marks: Math.min(min_marks || 1, total_marks), state: entering },
    });
  },

  'op.exam.attendees': (item) => {
    const { course_id: program, ...rest } = marksOf(item);
    return { ...rest, fields: { ...rest.fields, status: 'present' }, program };
  },

  'op.result.line': (item) => {
    const { course_id: _program, ...rest } = marksOf(item);
    return rest;
  },

  'op.attendance.register': (item) => {
    const { name, ...fields } = z
      .object({ name: text, code, course_id: required, subject_id: required })
      .parse(item);
    return made({ fixed: { ...fields, name: name ?? fields.code }, program: fields.course_id });
  },

  'op.attendance.sheet': (item) => {
    const { register_id, attendance_date } = z
      .object({ register_id: requiredPulled, attendance_date: date })
      .parse(item);
    return made({
      parent: { model: 'op.attendance.register', id: register_id },
      fixed: { attendance_date, state: 'done' },
    });
  },

  'op.attendance.line': (item) => {
    const { attendance_id, student_id, remark, withdrawn, taken_at, ...flags } = z
      .object({
        attendance_id: requiredPulled,
        student_id: required,
        present: flag,
        absent: flag,
        excused: flag,
        late: flag,
        remark: text,
        withdrawn: flag,
        taken_at: z.string().optional().catch(undefined),
      })
      .parse(item);
    const isOwn = isErpId(item.id);
    return {
      parent: { model: 'op.attendance.sheet', id: attendance_id },
      student: student_id,
      isOwn,
      // The ERP's own line stays: without any of the four it says as much as OpenEduCat can of a mark taken back.
      isWithdrawn: withdrawn && !isOwn,
      fields: { ...flags, remark: remark ?? false },
      fixed: {},
      ...(taken_at !== undefined && { takenAt: Math.floor(Date.parse(taken_at) / 1000) }),
    };
  },

  'op.student.course': (item) => {
    const completion = completionOf(item[completionAttribute]);
    return { isOwn: true, isWithdrawn: false, fields: {}, fixed: {}, ...(completion && { completion }) };
  },
};

/** Reads what a record asks for, or why that cannot be told. */
export function readDesired(
  model: ImportedModel,
  item: RecordItem,
): { desired: Desired } | { failure: Failure } {
  try {
    const desired = readers[model](item);
    const batch = desired.isOwn ? undefined : reference.safeParse(item.batch_id).data;
    return { desired: batch === undefined ? desired : { ...desired, batch: Number(batch) } };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { failure: unreadable(error) };
  }
}

function made(desired: Partial<Desired>): Desired {
  return { isOwn: false, isWithdrawn: false, fields: {}, fixed: {}, ...desired };
}

function marksOf(item: RecordItem): Desired & { course_id: number } {
  const { exam_id, student_id, course_id, marks, grade_raw, grade_max, withdrawn } = z
    .object({
      exam_id: requiredPulled,
      student_id: required,
      course_id: required,
      marks: whole.nonnegative().or(z.literal(false)),
      grade_raw: number.nullable().catch(null),
      grade_max: number.positive().nullable().catch(null),
      withdrawn: flag,
    })
    .parse(item);
  const isWithdrawn = withdrawn || marks === false;
  return {
    parent: { model: 'op.exam', id: exam_id },
    student: student_id,
    isOwn: false,
    isWithdrawn,
    fields: isWithdrawn ? {} : { marks },
    fixed: {},
    course_id,
    ...(grade_raw !== null && grade_max !== null && { grade: { raw: grade_raw, max: grade_max } }),
  };
}

function unreadable(error: z.ZodError): Failure {
  const fields = [...new Set(error.issues.map(({ path }) => String(path[0] ?? 'record')))];
  return {
    class: 'invalid',
    code: 'unreadable',
    ...(fields[0] !== undefined && { field: fields[0] }),
    reason: `What was pulled cannot be read: ${fields.join(', ')}.`,
    advice: 'It was changed in the records table since it was pulled: correct it there.',
  };
}
