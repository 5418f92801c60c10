import * as z from 'zod';
import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import { dayOf } from '#shared/models/fields/school-day.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import { type Activity, examKey, placeOf, pulledCode } from '#shared/moodle/pulls/pulled-ids.ts';
import { type TotalMarks, totalMarksOf } from './marks.ts';

/** An op.exam as the ERP holds it now: once it is there, its marks are the ERP's. */
export interface Exam {
  total: number;
  /** null where no pass mark is set. */
  minMarks: number | null;
  /** Whether the pass mark is the ERP's own: then it decides, whatever Moodle says. */
  isOwnPassMark: boolean;
  /** Undefined where there is no record yet. */
  stamp?: unknown;
}

const positive = z.coerce.number().int().positive();
const positiveOrNull = positive.nullable().catch(null);

/**
 * Reads what counts of an op.exam; what the ERP left out or wrote wrongly is as in Moodle. A pass mark that a pull has
 * set is beside it as `moodle_min_marks`: another one is the ERP's own.
 */
export function readExam(item: RecordItem | undefined, max: number, setting?: TotalMarks): Exam {
  const minMarks = positiveOrNull.parse(item?.min_marks);
  return {
    total: positive.catch(totalMarksOf(max, setting)).parse(item?.total_marks),
    minMarks,
    isOwnPassMark: minMarks !== null && minMarks !== positiveOrNull.parse(item?.moodle_min_marks),
    ...(item && { stamp: item.sync_stamp }),
  };
}

/** An activity that has no exam in the ERP yet. */
export interface NewExam extends PassFields {
  activity: Activity;
  name: string;
  total: number;
  /** Seconds since 1970. */
  start: number;
  end: number;
}

/**
 * The time from an activity's opening to its closing, 0 where Moodle has none. What is not set is put where it was
 * first graded, so that the exam never ends before it begins.
 */
export function periodOf({ opens, closes }: { opens: number; closes: number }, graded: number) {
  const start = opens || (closes ? Math.min(graded, closes) : graded);
  return { start, end: Math.max(start, closes || graded) };
}

/** What is known of an exam's pass mark. */
export interface PassFields {
  /** null: Moodle says nothing of passing. */
  minMarks: number | null;
  /** The grade that passes in Moodle, where it is known exactly. */
  gradePass: number | null;
}

/** The pass mark in an op.exam's own fields. */
export function passFields({ minMarks, gradePass }: PassFields) {
  return {
    min_marks: minMarks ?? (false as const),
    moodle_min_marks: minMarks ?? (false as const),
    grade_pass: gradePass ?? (false as const),
  };
}

/** The longest name that OpenEduCat's exams take, in characters. */
const longestName = 256;

/** The state in which OpenEduCat enters marks: `done` always means that a person has closed the exam. */
const entering = 'held';

/** The op.exam.session and the op.exam of an activity: one of each, under one id. @param course its idnumber */
export function examRecords(
  { id: instance, time_zone: timeZone }: Pick<Instance, 'id' | 'time_zone'>,
  course: string,
  exam: NewExam,
): { session: PulledRecord; exam: PulledRecord } {
  const { activity, start, end, total } = exam;
  const id = examKey(instance, activity);
  const { course_id, subject_id, batch_id = false } = placeOf(course);
  const common = {
    id,
    name: [...exam.name].slice(0, longestName).join('') || id,
    course_id,
    batch_id,
    exam_code: pulledCode(instance, activity.module, activity.id),
    state: entering,
  };
  return {
    session: {
      ...common,
      model: 'op.exam.session',
      start_date: dayOf(start, timeZone),
      end_date: dayOf(end, timeZone),
      evaluation_type: 'normal',
    },
    exam: {
      ...common,
      model: 'op.exam',
      session_id: id,
      subject_id,
      start_time: odooDateTime(start),
      end_time: odooDateTime(end),
      total_marks: total,
      ...passFields(exam),
      moodle_module: activity.module,
      moodle_instance_id: activity.id,
      moodle_course: course,
    },
  };
}
