import { odooDateTime } from '#shared/models/fields/odoo-time.ts';
import type { PulledRecord } from '#shared/moodle/pulls/pull-ports.ts';
import { attendeeKey, examKey, placeOf, resultKey } from '#shared/moodle/pulls/pulled-ids.ts';
import type { Exam } from './exam.ts';
import { marksOf, percentOf } from './marks.ts';
import type { ReportedGrade } from './report.ts';

/** What the records of a grade say of it: OpenEduCat's whole marks, and beside them what Moodle has exactly. */
export interface Marked {
  /** false where the grade was taken back: it is not a 0. */
  marks: number | false;
  grade_raw: number | null;
  grade_max: number;
  grade_percent: number | null;
  withdrawn: boolean;
  status: 'pass' | 'fail' | false;
}

/** Counts a grade as its exam does, and judges it: by the ERP's own pass mark where it has one, else as Moodle does. */
export function markedAs(grade: ReportedGrade, exam: Exam): Marked {
  const { raw, min, max, passed } = grade;
  const base = { grade_raw: raw, grade_max: max, withdrawn: raw === null };
  if (raw === null) return { ...base, marks: false, grade_percent: null, status: false };
  const { total, minMarks, isOwnPassMark } = exam;
  const marks = marksOf({ raw, max, total, least: minMarks, passed: isOwnPassMark ? null : passed });
  const passes = isOwnPassMark && minMarks !== null ? marks >= minMarks : passed;
  return {
    ...base,
    marks,
    grade_percent: percentOf(raw, { min, max }),
    status: passes === null ? false : passes ? 'pass' : 'fail',
  };
}

/**
 * The op.result.line of a column of the gradebook and, where that is a quiz's or an assignment's, the op.exam.attendees.
 *
 * @param owner.course idnumber of the course
 * @param owner.student the op.student's id
 */
export function gradeRecords(
  { instance, course, student }: { instance: string; course: string; student: string },
  { itemid, activity, name, gradedAt, feedback }: ReportedGrade,
  { status, ...marked }: Marked,
): PulledRecord[] {
  const common = {
    exam_id: examKey(instance, activity),
    student_id: Number(student),
    ...placeOf(course),
    ...marked,
  };
  const line: PulledRecord = {
    ...common,
    model: 'op.result.line',
    id: resultKey(instance, itemid, student),
    item_name: name,
    status,
    graded_at: gradedAt === null ? false : odooDateTime(gradedAt),
    ...(feedback !== undefined && { feedback }),
  };
  if (activity.module === 'item') return [line];
  const id = attendeeKey(instance, activity, student);
  return [line, { ...common, model: 'op.exam.attendees', id, status: 'present' }];
}
