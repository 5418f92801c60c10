import { isInstanceFailure } from '#shared/engine/failures.ts';
import { type Noted, noteRefusal, type PlannedCourse, whileClaimed } from '#shared/engine/pull-courses.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { getQuizBestGrade, type QuizBestGrade } from '#shared/moodle/functions/quizzes.ts';
import { parseIdnumber } from '#shared/oec/references.ts';
import { examKey } from './activity.ts';
import { coursePlaceOf } from './course-place.ts';
import {
  cellOf,
  changedGrades,
  type GradebookBooks,
  gradebookChanges,
  gradePassOf,
  type PassMarks,
  rowKey,
} from './gradebook-changes.ts';
import { knownGradesOf } from './known-grades.ts';
import { type GradedActivity, makeExams, readExams } from './make-exams.ts';
import {
  assignmentsOf,
  type Report,
  type ReportedGrade,
  type ReportedStudent,
  readReport,
  reportDigest,
} from './report.ts';

/** What is noted on a course's mapping, as the plan and the pull of assignment grades read it. */
export interface GradebookNote extends Noted {
  digest?: string;
  /** When something in the gradebook was last seen to have changed. ISO 8601. */
  changed_at?: string;
  assignments?: { id: number; name: string; max: number }[];
}

/**
 * Brings home what changed in a course's gradebook. An unchanged one costs the call for its report, and nothing is
 * read or written for it.
 *
 * @returns false where time ran out: what was written is remembered, and the course has to come once more
 */
export async function pullGradebook(course: PlannedCourse, session: PullSession): Promise<boolean> {
  const { client, instance, clock, count } = session;
  const report = readReport(
    await getGradeItems(client, course.moodle_id, { feedback: instance.pull_feedback }),
  );
  if (report.skipped > 0) count('ValuesSkipped', report.skipped);
  if (report.unknown > 0) count('PeopleUnknown', report.unknown);
  const digest = reportDigest(report);
  if (digest === course.digest) {
    count('CoursesUnchanged', 1);
    return true;
  }
  let isDone = true;
  await whileClaimed('gradebook', course, session, async (noted) => {
    const asked = await bringHome(course, report, session);
    isDone = asked.isDone;
    if (!isDone) return noted;
    // Without the digest the course is looked at again: what Moodle refused is still to come.
    const seen = asked.refused.size === 0 ? { digest } : { digest: course.digest };
    const changed_at = new Date(clock.now()).toISOString();
    return { ...seen, changed_at, assignments: assignmentsOf(report) } satisfies Partial<GradebookNote>;
  });
  return isDone;
}

/** Records are written before what is remembered of them: after a crash they are written again, and never lost. */
async function bringHome(course: PlannedCourse, report: Report, session: PullSession): Promise<Asked> {
  const { instance, pulled, states, count } = session;
  const place = coursePlaceOf(course.idnumber);
  const books = await readBooks(course.idnumber, report, session);
  const asked = await askQuizzes(course.idnumber, report.students, books, session);
  const passMarks = { ...books.passMarks, ...asked.passMarks };
  const about = { instance: instance.id, place };
  const changes = gradebookChanges(asked.students, about, { ...books, passMarks }, asked);
  const missing = withoutExam(changes.graded, instance.id, books, passMarks);
  await makeExams(course, session, missing);
  await pulled.put(instance.id, changes.records);
  if (changes.records.length > 0) count('RecordsPulled', changes.records.length);
  const learned = Object.entries(asked.passMarks).some(([id, least]) => books.passMarks[id] !== least);
  const passRow = { key: rowKey(course.idnumber, passMarksName), values: passMarks };
  await states.put(instance.id, learned ? [...changes.rows, passRow] : changes.rows);
  return asked;
}

/** The row of what the course's quizzes ask for, beside those of its students. */
const passMarksName = 'pass_marks';

async function readBooks(course: string, report: Report, session: PullSession): Promise<GradebookBooks> {
  const { instance, states } = session;
  const columns = new Map(
    report.students.flatMap(({ grades }) => grades).map((grade) => [grade.itemid, grade]),
  );
  const exams = await readExams(session, [...columns.values()]);
  const books: GradebookBooks = { known: new Map(), passMarks: {}, exams };
  for (const row of await states.list(instance.id, rowKey(course, ''))) {
    const name = row.key.slice(rowKey(course, '').length);
    const person = parseIdnumber(name);
    if (person?.kind === 'student') books.known.set(person.id, knownGradesOf(row));
    else if (name === passMarksName) books.passMarks = row.values as PassMarks;
  }
  return books;
}

interface Asked {
  /** Those whose quizzes were all asked: the others come when there is time again. */
  students: ReportedStudent[];
  isDone: boolean;
  answers: Map<string, QuizBestGrade>;
  refused: Set<string>;
  passMarks: PassMarks;
}

/** Asks for the best grade of each quiz grade that changed: the report tells which, so no other call is needed. */
async function askQuizzes(
  course: string,
  students: ReportedStudent[],
  books: GradebookBooks,
  session: PullSession,
): Promise<Asked> {
  const { client, instance, hasTime } = session;
  const asked: Asked = { students: [], isDone: true, answers: new Map(), refused: new Set(), passMarks: {} };
  const closed = new Set<number>();
  for (const student of students) {
    const changed = changedGrades(student, instance.id, books);
    const grades = changed.filter(({ activity }) => activity.module === 'quiz');
    // One student at least, or a report that takes all the time would never get anywhere.
    const hasBegun = asked.answers.size + asked.refused.size > 0;
    if (grades.length > 0 && hasBegun && !hasTime()) return { ...asked, isDone: false };
    for (const { activity, itemid } of grades) {
      const cell = cellOf(student.student, itemid);
      if (closed.has(activity.id)) {
        asked.refused.add(cell);
        continue;
      }
      try {
        const answer = await getQuizBestGrade(client, activity.id, student.userid);
        asked.answers.set(cell, answer);
        asked.passMarks[activity.id] = answer.gradetopass;
      } catch (error) {
        noteRefusal(error, { course, student: student.student }, session);
        asked.refused.add(cell);
        // A right that is missing is missing for all students: a call for each would only be a burden.
        if (isInstanceFailure(error)) closed.add(activity.id);
      }
    }
    asked.students.push(student);
  }
  return asked;
}

/** Activities that are graded and have no exam, each with the time it was first graded. */
function withoutExam(
  graded: ReportedGrade[],
  instance: string,
  { exams }: GradebookBooks,
  passMarks: PassMarks,
): GradedActivity[] {
  const missing = new Map<string, GradedActivity>();
  for (const { activity, name, max, gradedAt } of graded) {
    const id = examKey(instance, activity);
    if (exams.has(id)) continue;
    const before = missing.get(id)?.gradedAt ?? gradedAt;
    const first = before === null || gradedAt === null ? before : Math.min(before, gradedAt);
    const gradePass = gradePassOf(activity, passMarks) ?? null;
    missing.set(id, { activity, name, max, gradePass, gradedAt: first });
  }
  return [...missing.values()];
}
