import { parseIdnumber } from '#shared/models/references.ts';
import { studentsOfAccounts } from '#shared/moodle/accounts/students-of-accounts.ts';
import { gradeRecords } from '#shared/moodle/exams/grade-records.ts';
import { readExams, writeExams } from '#shared/moodle/exams/make-exams.ts';
import { judgeEmptied, whoLeft } from '#shared/moodle/exams/taken-back.ts';
import { type PassMarks, wantedExams } from '#shared/moodle/exams/wanted-exams.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { type Noted, type PlannedCourse, whileClaimed } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { coursePlaceOf } from './course-place.ts';
import { compareGrades, rowKey, type StudentGrades } from './gradebook-changes.ts';
import { type KnownStudent, knownStudentOf, takenBack } from './known-grades.ts';
import { KnownRows } from './known-rows.ts';
import { type Report, type ReportedGrade, readReport, reportDigest } from './report.ts';
import { askVisibility, isSeen } from './visibility.ts';

/** What is noted on a course's mapping, as the plan reads it. */
export interface GradebookNote extends Noted {
  digest?: string;
  /** When something in the gradebook was last seen to have changed. ISO 8601. */
  changed_at?: string;
  /** How many grades of the course have marks in the records. */
  marks?: number;
  /** How many the brake holds: their cells are empty, and nobody has said yet that they are meant to be. */
  held?: number;
}

/**
 * Brings home what changed in a course's gradebook. An unchanged one costs the call for its report, and nothing is
 * read or written for it.
 */
export async function pullGradebook(course: PlannedCourse, session: PullSession): Promise<void> {
  const { client, instance, clock, count, log } = session;
  const options = { feedback: instance.pull_feedback };
  const report = readReport(await getGradeItems(client, course.moodle_id, options));
  if (report.skipped > 0) count('ValuesSkipped', report.skipped);
  if (!report.showsGrades) {
    const about = { instance: instance.id, course: course.idnumber };
    log.warn(
      'The user report shows no grades (a setting of the course or site): nothing can be pulled',
      about,
    );
    count('PullsRefused', 1);
    return;
  }
  const digest = reportDigest(report);
  if (digest === course.digest) {
    count('CoursesUnchanged', 1);
    return;
  }
  await whileClaimed('gradebook', course, session, async (noted: GradebookNote) => {
    const { isWhole, marks, held } = await writeChanges(course, report, session);
    await session.brake.addHolds(instance, 'marks', marks - (noted.marks ?? 0));
    // Without the digest the course is looked at again: what is not shown yet, or waits for a word, is still to come.
    const seen = isWhole ? { digest } : { digest: course.digest };
    const changed_at = new Date(clock.now()).toISOString();
    return { ...seen, changed_at, marks, ...(held > 0 && { held }) } satisfies GradebookNote;
  });
}

/** The row of what the course's quizzes ask for to be passed, beside those of its students. */
const passMarksName = 'pass_marks';

/** What is known of a course before anything is compared. */
interface KnownCourse {
  known: Map<string, KnownStudent>;
  passMarks: PassMarks;
}

/** Records are written before what is remembered of them: after a crash they are written again, and never lost. */
async function writeChanges(
  course: PlannedCourse,
  report: Report,
  session: PullSession,
): Promise<{ isWhole: boolean; marks: number; held: number }> {
  const { instance, pulled, states, count } = session;
  const remembered = await readKnown(course.idnumber, session);
  const students = await studentsIn(course.idnumber, report, remembered, session);
  const read = await readExams(session, columnsOf(students));
  const before = compareGrades(students, instance.id, remembered.known, read);
  const wanted = await wantedExams(
    course.idnumber,
    report,
    before.given,
    read,
    remembered.passMarks,
    session,
  );
  const { given, emptied, back } = compareGrades(students, instance.id, remembered.known, wanted.exams);

  const hasActivities = given.some(({ grade }) => grade.cmid !== null);
  const visibility = given.length > 0 ? await askVisibility(course, session, hasActivities) : undefined;
  const seen = visibility ? given.filter(({ grade }) => isSeen(visibility, grade.cmid)) : [];
  if (visibility) await writeExams(course, session, seen, wanted.exams, visibility);
  const left = whoLeft(remembered.known, students, report);
  const byTeachers = emptied.filter(({ student }) => !left.has(student));
  const { taken, kept, held } = await judgeEmptied(byTeachers, remembered.known, session);

  const about = { instance: instance.id, place: coursePlaceOf(course.idnumber) };
  const records = [...seen, ...taken].flatMap(({ student, grade, marked }) =>
    gradeRecords({ ...about, student }, grade, marked),
  );
  await pulled.put(instance.id, records);
  if (records.length > 0) count('RecordsPulled', records.length);
  const rows = new KnownRows(remembered.known);
  for (const student of left) rows.leave(student);
  for (const { student, grade } of given) rows.isGivenAgain(student, grade.itemid);
  for (const { student, grade, known } of [...seen, ...back]) rows.set(student, grade.itemid, known);
  for (const { student, grade } of taken) rows.set(student, grade.itemid, takenBack);
  for (const { student, grade } of kept) rows.keep(student, grade.itemid);
  const passMarks = wanted.learned && { key: rowKey(course.idnumber, passMarksName), values: wanted.learned };
  await states.put(instance.id, [...rows.changed(course.idnumber), ...(passMarks ? [passMarks] : [])]);
  return {
    isWhole: seen.length === given.length && held.length === 0,
    marks: rows.marks,
    held: held.length,
  };
}

async function readKnown(course: string, { instance, states }: PullSession): Promise<KnownCourse> {
  const remembered: KnownCourse = { known: new Map(), passMarks: {} };
  for (const row of await states.list(instance.id, rowKey(course, ''))) {
    const name = row.key.slice(rowKey(course, '').length);
    const person = parseIdnumber(name);
    if (person?.model === 'op.student') remembered.known.set(person.id, knownStudentOf(row));
    else if (name === passMarksName) remembered.passMarks = row.values as PassMarks;
  }
  return remembered;
}

/** The report by the students of the ERP. Who has no grade, and never had one, is not looked for. */
async function studentsIn(
  course: string,
  { accounts }: Report,
  { known }: KnownCourse,
  session: PullSession,
): Promise<StudentGrades[]> {
  const isKnown = (idnumber: string) => {
    const person = parseIdnumber(idnumber);
    return person?.model === 'op.student' && known.has(person.id);
  };
  const looked = accounts.filter(
    ({ idnumber, grades }) => isKnown(idnumber) || grades.some(({ raw }) => raw !== null),
  );
  const owners = await studentsOfAccounts(
    looked.map(({ userid }) => userid),
    course,
    session,
    { idnumbers: new Map(looked.map(({ userid, idnumber }) => [userid, idnumber])), known: known.keys() },
  );
  return looked.flatMap(({ userid, grades }) => {
    const student = owners.get(userid);
    return student === undefined ? [] : { student, grades };
  });
}

function columnsOf(students: readonly StudentGrades[]): Iterable<ReportedGrade> {
  const grades = students.flatMap((each) => each.grades);
  return new Map(grades.map((grade) => [grade.itemid, grade])).values();
}
