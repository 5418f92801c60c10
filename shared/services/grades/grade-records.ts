import type { PulledRecord } from '#shared/engine/pull-ports.ts';
import { odooDateTime } from '#shared/oec/odoo-time.ts';
import { type Activity, attendeeKey, examKey, resultKey } from './activity.ts';
import type { CoursePlace } from './course-place.ts';
import type { PassMark } from './exam.ts';
import { marksOf, percentOf } from './marks.ts';
import type { ReportedGrade } from './report.ts';

/** Whose grades these are, and where. */
export interface Belonging {
  instance: string;
  place: CoursePlace;
  /** The op.student's id. */
  student: string;
}

/** The op.result.line of one column of the gradebook. */
export function resultLine(
  { instance, place, student }: Belonging,
  grade: ReportedGrade,
  { total, pass }: { total: number; pass: PassMark | undefined },
): PulledRecord {
  const { itemid, activity, name, gradedAt, feedback } = grade;
  const marked = markedFields(grade, total);
  return {
    model: 'op.result.line',
    id: resultKey(instance, itemid, student),
    exam_id: examKey(instance, activity),
    student_id: Number(student),
    course_id: place.program,
    subject_id: place.subject,
    item_name: name,
    ...marked,
    status: statusOf(marked, pass),
    graded_at: gradedAt === null ? false : odooDateTime(gradedAt),
    ...(feedback !== undefined && { feedback }),
  };
}

/** The op.exam.attendees of a quiz or an assignment. */
export function attendee(
  { instance, place, student }: Belonging,
  activity: Activity,
  grade: { raw: number | null; min: number; max: number },
  total: number,
): PulledRecord {
  return {
    model: 'op.exam.attendees',
    id: attendeeKey(instance, activity, student),
    exam_id: examKey(instance, activity),
    student_id: Number(student),
    course_id: place.program,
    subject_id: place.subject,
    status: 'present',
    ...markedFields(grade, total),
  };
}

/** OpenEduCat's whole marks beside Moodle's exact grade. One that was taken back has none: it is not a 0. */
function markedFields({ raw, min, max }: { raw: number | null; min: number; max: number }, total: number) {
  return {
    marks: raw === null ? (false as const) : marksOf({ raw, max, total }),
    grade_raw: raw,
    grade_max: max,
    grade_percent: raw === null ? null : percentOf(raw, { min, max }),
    withdrawn: raw === null,
  };
}

function statusOf(
  { marks, grade_raw: raw }: { marks: number | false; grade_raw: number | null },
  pass: PassMark | undefined,
): 'pass' | 'fail' | false {
  if (raw === null || !pass) return false;
  const reached = pass.of === 'marks' ? Number(marks) : raw;
  return reached >= pass.least ? 'pass' : 'fail';
}
