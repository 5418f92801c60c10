import { getQuizPassMark } from '#shared/moodle/functions/quizzes.ts';
import { noteRefusal } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { examKey } from '#shared/moodle/pulls/pulled-ids.ts';
import { type Exam, examRecords, type PassFields, passFields, periodOf, readExam } from './exam.ts';
import type { CellChange, KnownGrades, StudentGrades } from './known-grades.ts';
import { agrees, minMarksOf, type Passing, passingIn } from './marks.ts';
import type { Report, ReportedGrade } from './report.ts';
import type { Visibility } from './visibility.ts';

/** An exam as it was read, and the pass mark that it should have. */
type DesiredExam = Exam & PassFields & { read: Exam };

/** The exams of columns by id, as the ERP has them or as they will be made; where a column has changed, with its pass mark. */
export async function desiredExams(
  course: string,
  { accounts }: Report,
  students: readonly StudentGrades[],
  known: KnownGrades,
  session: PullSession,
): Promise<Map<string, DesiredExam>> {
  const { instance, records } = session;
  const keyOf = ({ activity }: ReportedGrade) => examKey(instance.id, activity);
  const maxima = new Map(
    students.flatMap(({ grades }) => grades.map((grade) => [keyOf(grade), grade.max] as const)),
  );
  const items = await records.getMany('op.exam', [...maxima.keys()]);
  const read = new Map(
    [...maxima].map(([id, max]) => [id, readExam(items.get(id), max, instance.total_marks)]),
  );
  const changed = new Set(known.compare(students, read).given.map(({ grade }) => keyOf(grade)));
  const cells = accounts.flatMap(({ userid, grades }) => grades.map((grade) => ({ userid, grade })));
  const columns = Map.groupBy(cells, ({ grade }) => keyOf(grade));
  const exams = new Map<string, DesiredExam>();
  for (const [id, exam] of read) {
    const column = columns.get(id) ?? [];
    const passing = changed.has(id) ? passingIn(column.map(({ grade }) => grade)) : undefined;
    const { activity, max } = column[0]!.grade;
    let gradePass: number | null = null;
    if (passing && activity.module === 'quiz' && !exam.isOwnPassMark) {
      gradePass = await passMarkOf(course, activity.id, column[0]!.userid, passing, known, session);
    }
    const keeps = passing === undefined || exam.isOwnPassMark;
    const minMarks = keeps ? exam.minMarks : minMarksOf(passing, gradePass, exam, max);
    exams.set(id, { ...exam, minMarks, gradePass, read: exam });
  }
  return exams;
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
  known: KnownGrades,
  session: PullSession,
): Promise<number | null> {
  const before = known.passMark(quiz);
  if (before !== undefined && agrees(passing, before)) return before;
  try {
    const least = await getQuizPassMark(session.client, quiz, userid);
    if (least === null || !agrees(passing, least)) return null;
    known.notePassMark(quiz, least);
    return least;
  } catch (error) {
    noteRefusal(error, { course }, session);
    return null;
  }
}

/**
 * Makes op.exam.session and op.exam of what is graded and has none, once: after that they are the ERP's, which may
 * rename and reschedule them and count their marks differently. Only a pass mark that a pull has set follows Moodle's.
 */
export async function writeExams(
  course: string,
  session: PullSession,
  given: readonly CellChange[],
  exams: ReadonlyMap<string, DesiredExam>,
  { modules }: Visibility,
): Promise<void> {
  const { instance, pulled, clock, count } = session;
  const columns = Map.groupBy(given, ({ grade }) => examKey(instance.id, grade.activity));
  const made: ReturnType<typeof examRecords>[] = [];
  for (const [id, changes] of columns) {
    const { read, ...exam } = exams.get(id)!;
    if (read.stamp !== undefined) {
      if (!exam.isOwnPassMark && exam.minMarks !== read.minMarks) await setPassMark(id, exam, session);
      continue;
    }
    const { activity, cmid, name } = changes[0]!.grade;
    const module = cmid === null ? undefined : modules.get(cmid);
    const gradedAt = changes.flatMap(({ grade }) => grade.gradedAt ?? []);
    const first = gradedAt.length > 0 ? Math.min(...gradedAt) : Math.floor(clock.now() / 1000);
    const period = periodOf(module?.dates ?? { opens: 0, closes: 0 }, first);
    // Further columns of an activity have names of their own.
    const title = activity.module === 'item' ? name : (module?.name ?? name);
    made.push(examRecords(instance, course, { ...exam, activity, name: title, ...period }));
  }
  const sessions = made.map((records) => records.session);
  await pulled.putNew(instance.id, sessions);
  const madeExams = made.map((records) => records.exam);
  await pulled.putNew(instance.id, madeExams);
  if (made.length > 0) count('RecordsPulled', 2 * made.length);
}

/** An exam that the ERP edits at this moment is left alone: the next change in its column looks again. */
async function setPassMark(
  id: string,
  { stamp, ...exam }: Exam & PassFields,
  { instance, pulled, count }: PullSession,
): Promise<void> {
  const read = { name: 'sync_stamp', value: stamp };
  const key = { model: 'op.exam', id };
  if (await pulled.setFields(instance.id, key, passFields(exam), read)) count('RecordsPulled', 1);
}
