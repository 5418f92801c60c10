import type { PulledRecord, PullRow } from '#shared/engine/pull-ports.ts';
import type { QuizBestGrade } from '#shared/moodle/functions/quizzes.ts';
import { studentIdnumber } from '#shared/oec/references.ts';
import { type Activity, examKey } from './activity.ts';
import { type Exam, passMarkOf, readExam } from './exam.ts';
import { attendee, type Belonging, resultLine } from './grade-records.ts';
import {
  gradeMark,
  hasChanged,
  isJudgedAnew,
  type KnownGrade,
  type KnownGrades,
  passText,
} from './known-grades.ts';
import type { ReportedGrade, ReportedStudent } from './report.ts';

/** What quizzes ask for to be passed, by quiz: null for nothing. A quiz is missing until it was asked for once. */
export type PassMarks = Record<string, number | null>;

/** What is known of a course's gradebook before anything is compared. */
export interface GradebookBooks {
  /** By the op.student's id, then by column. */
  known: Map<string, KnownGrades>;
  passMarks: PassMarks;
  /** The ERP's exams of the course's activities by id; those that are not there yet are missing. */
  exams: Map<string, Exam>;
}

/** Names one cell of the gradebook. */
export function cellOf(student: string, itemid: number): string {
  return `${student}/${itemid}`;
}

/** The exam of a column, as the ERP has it or as it will be made. */
export function examOf(grade: ReportedGrade, instance: string, exams: ReadonlyMap<string, Exam>): Exam {
  return exams.get(examKey(instance, grade.activity)) ?? readExam(undefined, grade.max);
}

/** The grades of a student that are others than are known: given, changed or taken back. */
export function changedGrades(
  { student, grades }: ReportedStudent,
  instance: string,
  { known, exams }: GradebookBooks,
): ReportedGrade[] {
  return grades.filter((grade) =>
    hasChanged(gradeMark(grade, examOf(grade, instance, exams).total), known.get(student)?.[grade.itemid]),
  );
}

/** What has to be written because grades changed. */
export interface GradebookChanges {
  records: PulledRecord[];
  /** What to remember, a row for each student with a change. */
  rows: PullRow[];
  /** Activities that have a record now, by the grades that tell of them. */
  graded: ReportedGrade[];
}

/**
 * Turns students' grades into records where something is new. A column that is missing in the report means nothing: it
 * may only be hidden from the token's user, so what is remembered of it stays.
 *
 * @param answers what quizzes answered, by cell
 * @param refused cells that are left as they are, to be looked at again
 */
export function gradebookChanges(
  students: ReportedStudent[],
  { instance, place }: Omit<Belonging, 'student'>,
  books: GradebookBooks,
  { answers, refused }: { answers: ReadonlyMap<string, QuizBestGrade>; refused: ReadonlySet<string> },
): GradebookChanges {
  const changes: GradebookChanges = { records: [], rows: [], graded: [] };
  for (const { student, grades } of students) {
    const known = books.known.get(student) ?? {};
    const news: KnownGrades = {};
    for (const grade of grades) {
      const cell = cellOf(student, grade.itemid);
      if (refused.has(cell)) continue;
      const belonging = { instance, place, student };
      const change = changeOf(belonging, grade, known[grade.itemid], books, answers.get(cell));
      if (!change) continue;
      news[grade.itemid] = change.known;
      changes.records.push(...change.records);
      changes.graded.push(grade);
    }
    if (Object.keys(news).length === 0) continue;
    const key = rowKey(place.course, studentIdnumber(student));
    changes.rows.push({ key, values: { grades: { ...known, ...news } } });
  }
  return changes;
}

/** The key of what is remembered of a course's gradebook under a name. */
export function rowKey(course: string, name: string): string {
  return `gradebook/${course}/${name}`;
}

function changeOf(
  belonging: Belonging,
  grade: ReportedGrade,
  known: KnownGrade | undefined,
  { exams, passMarks }: GradebookBooks,
  answer: QuizBestGrade | undefined,
): { records: PulledRecord[]; known: KnownGrade } | undefined {
  const { activity, min, max } = grade;
  const exam = examOf(grade, belonging.instance, exams);
  const { total } = exam;
  const pass = passMarkOf(exam, gradePassOf(activity, passMarks), max);
  const mark = gradeMark(grade, total);
  if (!hasChanged(mark, known) && !isJudgedAnew(mark, pass, known)) return undefined;
  // Without an attempt nobody attends: a teacher may have typed the grade of a quiz into the gradebook.
  const attends = answer !== undefined && (answer.grade !== null || known?.attends === true);
  return {
    records: [
      resultLine(belonging, grade, { total, pass }),
      ...(attends ? [attendee(belonging, activity, { raw: answer.grade, min, max }, total)] : []),
    ],
    known: { grade: mark, pass: passText(pass), attends: attends || known?.attends },
  };
}

/** What a quiz asks for; undefined for what has no pass mark that can be asked for. */
export function gradePassOf({ module, id }: Activity, passMarks: PassMarks): number | null | undefined {
  return module === 'quiz' ? passMarks[id] : undefined;
}
