import { type Json, payloadHash } from '#shared/engine/hash.ts';
import type { PulledRecord, PullRow } from '#shared/engine/pull-ports.ts';
import type { AssignmentGrade } from '#shared/moodle/functions/assignments.ts';
import { parseIdnumber, studentIdnumber } from '#shared/oec/references.ts';
import { type Activity, examKey } from './activity.ts';
import { type Exam, readExam } from './exam.ts';
import { attendee, type Belonging } from './grade-records.ts';
import { gradeMark, hasChanged, type KnownGrade, type KnownGrades, knownGradesOf } from './known-grades.ts';

/** What Moodle answered about one assignment. */
export interface GradedAssignment {
  assignmentid: number;
  grades: AssignmentGrade[];
}

/** The grades of a course that are not older than this. A call for several courses asks for the oldest time of all. */
export function gradesSince(assignments: GradedAssignment[], since: number): GradedAssignment[] {
  return assignments
    .map(({ assignmentid, grades }) => ({
      assignmentid,
      grades: grades.filter(({ timemodified }) => timemodified >= since),
    }))
    .filter(({ grades }) => grades.length > 0);
}

/** Tells whether an answer says the same as the last one: what was graded last comes again within the overlap. */
export function assignmentsDigest(assignments: GradedAssignment[]): string {
  const inOrder = assignments.toSorted((a, b) => a.assignmentid - b.assignmentid);
  const tuples = inOrder.map(
    ({ assignmentid, grades }): Json => [
      assignmentid,
      grades.toSorted((a, b) => a.userid - b.userid).map(({ userid, grade }) => [userid, grade]),
    ],
  );
  return payloadHash({ tuples });
}

/** When the latest of these grades was given, on Moodle's clock; undefined where there is none. */
export function latestOf(assignments: GradedAssignment[]): number | undefined {
  let latest: number | undefined;
  for (const { timemodified } of assignments.flatMap(({ grades }) => grades))
    if (latest === undefined || timemodified > latest) latest = timemodified;
  return latest;
}

/** What is remembered of the assignment grades of a course: by student, and who is who in Moodle. */
export interface AssignmentBooks {
  known: Map<string, KnownGrades>;
  /** Ids of op.student by Moodle's user ids. */
  students: Map<number, string>;
}

/** The key of what is remembered of a student's assignments; without a student, what all keys begin with. */
export function rowKey(course: string, student?: string): string {
  return `assessments/${course}/${student === undefined ? '' : studentIdnumber(student)}`;
}

export function booksOf(course: string, rows: PullRow[]): AssignmentBooks {
  const books: AssignmentBooks = { known: new Map(), students: new Map() };
  for (const row of rows) {
    const person = parseIdnumber(row.key.slice(rowKey(course).length));
    if (person?.kind !== 'student') continue;
    books.known.set(person.id, knownGradesOf(row));
    books.students.set(Number(row.values.userid), person.id);
  }
  return books;
}

/** What has to be written because assignment grades changed. */
export interface AssignmentChanges {
  records: PulledRecord[];
  rows: PullRow[];
  /** The first grade, in seconds since 1970, of each assignment that has a record now. */
  graded: Map<number, number>;
}

/**
 * Turns the grades of a course's assignments into records where something is new.
 *
 * @param maxima the highest grade of each assignment
 * @param exams the ERP's exams by id, as far as they are there
 */
export function assignmentChanges(
  assignments: GradedAssignment[],
  { instance, place }: Omit<Belonging, 'student'>,
  { known, students }: AssignmentBooks,
  { maxima, exams }: { maxima: ReadonlyMap<number, number>; exams: ReadonlyMap<string, Exam> },
): AssignmentChanges {
  const changes: AssignmentChanges = { records: [], rows: [], graded: new Map() };
  const news = new Map<string, { userid: number; grades: KnownGrades }>();
  for (const { assignmentid, grades } of assignments) {
    const activity: Activity = { module: 'assign', id: assignmentid };
    const max = maxima.get(assignmentid) ?? 0;
    const { total } = exams.get(examKey(instance, activity)) ?? readExam(undefined, max);
    for (const { userid, grade: raw, timemodified } of grades) {
      const student = students.get(userid);
      if (student === undefined) continue;
      const grade: KnownGrade = { grade: gradeMark({ raw, max }, total) };
      if (!hasChanged(grade.grade, known.get(student)?.[assignmentid])) continue;
      changes.records.push(attendee({ instance, place, student }, activity, { raw, min: 0, max }, total));
      const grades = { ...(news.get(student)?.grades ?? known.get(student)), [assignmentid]: grade };
      news.set(student, { userid, grades });
      const before = changes.graded.get(assignmentid) ?? timemodified;
      changes.graded.set(assignmentid, Math.min(before, timemodified));
    }
  }
  for (const [student, values] of news) changes.rows.push({ key: rowKey(place.course, student), values });
  return changes;
}
