import type { Exam } from '#shared/moodle/exams/exam.ts';
import { type Marked, markedAs } from '#shared/moodle/exams/grade-records.ts';
import { examKey } from './activity.ts';
import { gradeMark, hasMarks, type KnownGrade, type KnownStudents } from './known-grades.ts';
import type { ReportedGrade } from './report.ts';

/** What a student has in the columns of a course. */
export interface StudentGrades {
  /** The op.student's id. */
  student: string;
  grades: ReportedGrade[];
}

/** A cell of the gradebook that says something else than is known. */
export interface CellChange {
  student: string;
  grade: ReportedGrade;
  marked: Marked;
  /** What is to be remembered once its records are written. */
  known: KnownGrade;
}

/** The key of what is remembered of a course's gradebook under a name. */
export function rowKey(course: string, name: string): string {
  return `gradebook/${course}/${name}`;
}

/**
 * Compares grades with what is known of them.
 *
 * @param exams by id, those that will be made included
 * @returns `given`: grades that are new or say something else; `emptied`: cells whose grade is gone; `back`: grades that
 *   are there again as they were before their cell was emptied
 */
export function compareGrades(
  students: readonly StudentGrades[],
  instance: string,
  known: KnownStudents,
  exams: ReadonlyMap<string, Exam>,
): { given: CellChange[]; emptied: CellChange[]; back: CellChange[] } {
  const changes = { given: [] as CellChange[], emptied: [] as CellChange[], back: [] as CellChange[] };
  for (const { student, grades } of students) {
    for (const grade of grades) {
      const before = known.get(student)?.grades[grade.itemid];
      const exam = exams.get(examKey(instance, grade.activity))!;
      const marked = markedAs(grade, exam);
      const mark = gradeMark({
        ...marked,
        of: exam.total,
        from: grade.min,
        feedback: grade.feedback ?? '',
        module: grade.activity.module,
      });
      const change = { student, grade, marked, known: { grade: mark } };
      if (grade.raw !== null && before?.grade !== mark) changes.given.push(change);
      else if (grade.raw !== null && before?.emptied) changes.back.push(change);
      else if (grade.raw === null && hasMarks(before) && !before.emptied) changes.emptied.push(change);
    }
  }
  return changes;
}
