import { getQuizPassMark } from '#shared/moodle/functions/quizzes.ts';
import { examKey } from '#shared/moodle/grades/activity.ts';
import type { CellChange } from '#shared/moodle/grades/gradebook-changes.ts';
import type { Report, ReportedGrade } from '#shared/moodle/grades/report.ts';
import { noteRefusal } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import type { Exam } from './exam.ts';
import type { WantedExam } from './make-exams.ts';
import { agrees, minMarksOf, type Passing, passingIn } from './pass-marks.ts';

/** What quizzes ask for to be passed, by quiz. */
export type PassMarks = Record<string, number>;

/**
 * The exams with the pass marks that they should have, where their column has changed.
 *
 * @param before the pass marks of quizzes that are known
 * @returns `learned`: all that are known now, where that is more
 */
export async function wantedExams(
  course: string,
  { accounts }: Report,
  given: readonly CellChange[],
  read: ReadonlyMap<string, Exam>,
  before: PassMarks,
  session: PullSession,
): Promise<{ exams: Map<string, WantedExam>; learned: PassMarks | undefined }> {
  const keyOf = ({ activity }: ReportedGrade) => examKey(session.instance.id, activity);
  const changed = new Set(given.map(({ grade }) => keyOf(grade)));
  const cells = accounts.flatMap(({ userid, grades }) => grades.map((grade) => ({ userid, grade })));
  const columns = Map.groupBy(cells, ({ grade }) => keyOf(grade));
  const passMarks = { ...before };
  const exams = new Map<string, WantedExam>();
  for (const [id, exam] of read) {
    const column = columns.get(id) ?? [];
    const passing = changed.has(id) ? passingIn(column.map(({ grade }) => grade)) : undefined;
    const { activity, max } = column[0]!.grade;
    let gradePass: number | null = null;
    if (passing && activity.module === 'quiz' && !exam.isOwnPassMark) {
      gradePass = await passMarkOf(course, activity.id, column[0]!.userid, passing, passMarks, session);
    }
    const keeps = passing === undefined || exam.isOwnPassMark;
    const minMarks = keeps ? exam.minMarks : minMarksOf(passing, gradePass, exam, max);
    exams.set(id, { ...exam, minMarks, gradePass, read: exam });
  }
  const hasLearned = Object.entries(passMarks).some(([quiz, least]) => before[quiz] !== least);
  return { exams, learned: hasLearned ? passMarks : undefined };
}

/**
 * What a quiz asks for to be passed, where that agrees with whom Moodle says has passed. It is asked for where it is not
 * known, or not what it was; any student can be asked about.
 */
async function passMarkOf(
  course: string,
  quiz: number,
  userid: number,
  passing: Passing,
  passMarks: PassMarks,
  session: PullSession,
): Promise<number | null> {
  const known = passMarks[quiz];
  if (known !== undefined && agrees(passing, known)) return known;
  try {
    const least = await getQuizPassMark(session.client, quiz, userid);
    if (least === null || !agrees(passing, least)) return null;
    passMarks[quiz] = least;
    return least;
  } catch (error) {
    noteRefusal(error, { course }, session);
    return null;
  }
}
