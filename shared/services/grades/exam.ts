import * as z from 'zod';
import type { Instance } from '#shared/engine/instance.ts';
import type { RecordItem } from '#shared/engine/ports.ts';
import type { PulledRecord } from '#shared/engine/pull-ports.ts';
import { odooDateTime } from '#shared/oec/odoo-time.ts';
import { dayOf } from '#shared/oec/school-day.ts';
import { type Activity, examCode, examKey } from './activity.ts';
import type { CoursePlace } from './course-place.ts';
import { marksOf, totalMarksOf } from './marks.ts';

/** An op.exam as the ERP holds it now: once it is there, its marks are the ERP's. */
export interface Exam {
  total: number;
  minMarks: number | null;
  /** The pass mark that Moodle had when the exam was made. */
  gradePass: number | null;
}

const positive = z.coerce.number().int().positive();
const positiveOrNull = positive.nullable().catch(null);

/** Reads what counts of an op.exam; what the ERP left out or wrote wrongly is as in Moodle. */
export function readExam(item: RecordItem | undefined, max: number): Exam {
  return {
    total: positive.catch(totalMarksOf(max)).parse(item?.total_marks),
    minMarks: positiveOrNull.parse(item?.min_marks),
    gradePass: z.number().positive().nullable().catch(null).parse(item?.grade_pass),
  };
}

/** What decides between pass and fail: marks of the ERP's exam, or the grade that the quiz asks for in Moodle. */
export type PassMark = { of: 'marks' | 'grade'; least: number };

/**
 * The pass mark of an exam. `min_marks` that was only worked out from Moodle's pass mark when the exam was made is not
 * the ERP's own: Moodle's exact mark, as it is now, decides then.
 *
 * @param gradePass what the quiz asks for: null for nothing, undefined where that is not known
 */
export function passMarkOf(
  exam: Exam,
  gradePass: number | null | undefined,
  max: number,
): PassMark | undefined {
  const { minMarks, total } = exam;
  const madeFrom = minMarksOf(exam.gradePass, { max, total });
  if (minMarks !== null && minMarks !== madeFrom) return { of: 'marks', least: minMarks };
  const least = gradePass === undefined ? exam.gradePass : gradePass;
  return least === null ? undefined : { of: 'grade', least };
}

/** An activity that has no exam in the ERP yet. */
export interface NewExam {
  activity: Activity;
  name: string;
  max: number;
  gradePass: number | null;
  /** Seconds since 1970. */
  start: number;
  end: number;
}

/** The longest name that OpenEduCat's exams take, in characters. */
const longestName = 256;

/** The op.exam.session and the op.exam of an activity: one of each, under one id. */
export function examRecords(
  { id: instance, time_zone: timeZone }: Pick<Instance, 'id' | 'time_zone'>,
  { course, program, subject }: CoursePlace,
  exam: NewExam,
): { session: PulledRecord; exam: PulledRecord } {
  const { activity, start, end, max, gradePass } = exam;
  const id = examKey(instance, activity);
  const total = totalMarksOf(max);
  const common = {
    id,
    name: [...exam.name].slice(0, longestName).join('') || id,
    course_id: program,
    batch_id: false,
    exam_code: examCode(instance, activity),
    state: 'done',
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
      subject_id: subject,
      start_time: odooDateTime(start),
      end_time: odooDateTime(end),
      total_marks: total,
      min_marks: minMarksOf(gradePass, { max, total }) ?? false,
      grade_pass: gradePass ?? false,
      moodle_module: activity.module,
      moodle_instance_id: activity.id,
      moodle_course: course,
    },
  };
}

function minMarksOf(gradePass: number | null, range: { max: number; total: number }): number | null {
  return gradePass === null ? null : Math.max(1, marksOf({ raw: gradePass, ...range }));
}
