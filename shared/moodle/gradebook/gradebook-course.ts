import * as z from 'zod';
import { studentIdnumber } from '#shared/models/references.ts';
import { studentsOfAccounts } from '#shared/moodle/accounts/students-of-accounts.ts';
import { getGradeItems } from '#shared/moodle/functions/grade-items.ts';
import { judgeLosses } from '#shared/moodle/pulls/losses.ts';
import { marksNote, whileClaimed } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { desiredExams, writeExams } from './desired-exams.ts';
import { gradeRecords } from './grade-records.ts';
import { KnownGrades, type StudentGrades } from './known-grades.ts';
import { type Report, readReport, reportDigest } from './report.ts';
import { askVisibility, isSeen } from './visibility.ts';

/** What is noted on a course's mapping, as the plan reads it. */
export const gradebookNote = marksNote.extend({
  /** When something in the gradebook was last seen to have changed. ISO 8601. */
  changed_at: z.string().optional(),
});

/** A course in a task, with the digest that was noted when the task was planned. */
export const plannedCourse = z.object({
  idnumber: z.string(),
  moodle_id: z.number(),
  digest: z.string().optional(),
});
type PlannedCourse = z.infer<typeof plannedCourse>;

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
    const reason = 'The user report shows no grades (a setting of the course or site): nothing can be pulled';
    log.warn(reason, { instance: instance.id, course: course.idnumber });
    count('PullsRefused', 1);
    return;
  }
  const digest = reportDigest(report);
  if (digest === course.digest) {
    count('CoursesUnchanged', 1);
    return;
  }
  const isOlder = (noted: { digest?: string | undefined }) => noted.digest === course.digest;
  await whileClaimed('gradebook', course.idnumber, gradebookNote, session, isOlder, async () => {
    const { isWhole, marks, held } = await writeChanges(course, report, session);
    // Without the digest the course is looked at again: what is not shown yet, or waits for a word, is still to come.
    const seen = isWhole ? digest : course.digest;
    const changed_at = new Date(clock.now()).toISOString();
    return { digest: seen, changed_at, marks, ...(held > 0 && { held }) };
  });
}

/** Records are written before what is remembered of them: after a crash they are written again, and never lost. */
async function writeChanges(
  course: PlannedCourse,
  report: Report,
  session: PullSession,
): Promise<{ isWhole: boolean; marks: number; held: number }> {
  const { instance, pulled, states, count } = session;
  const known = await KnownGrades.read(course.idnumber, session);
  const students = await studentsIn(course.idnumber, report, known, session);
  const exams = await desiredExams(course.idnumber, report, students, known, session);
  const { given, emptied, back } = known.compare(students, exams);

  const hasActivities = given.some(({ grade }) => grade.cmid !== null);
  const visibility =
    given.length > 0 ? await askVisibility(course.moodle_id, session, hasActivities) : undefined;
  const seen = visibility ? given.filter(({ grade }) => isSeen(visibility, grade.cmid)) : [];
  if (visibility) await writeExams(course.idnumber, session, seen, exams, visibility);
  const left = known.whoLeft(students, report);
  const byTeachers = emptied.filter(({ student }) => !left.has(student));
  const tooMuch = known.isTooMuch(byTeachers, instance.brake.share);
  const { taken, kept, held } = await judgeLosses(byTeachers, tooMuch, session);

  const records = [...seen, ...taken].flatMap(({ student, grade, marked }) =>
    gradeRecords({ instance: instance.id, course: course.idnumber, student }, grade, marked),
  );
  await pulled.put(instance.id, records);
  if (records.length > 0) count('RecordsPulled', records.length);
  for (const student of left) known.leave(student);
  for (const change of given) known.isGivenAgain(change);
  for (const change of [...seen, ...back, ...taken]) known.set(change);
  for (const change of kept) known.keep(change);
  await states.put(instance.id, known.changedRows());
  const isWhole = seen.length === given.length && held.length === 0;
  return { isWhole, marks: known.marks(), held: held.length };
}

/** The report by the students of the ERP. Who has no grade, and never had one, is not looked for. */
async function studentsIn(
  course: string,
  { accounts }: Report,
  known: KnownGrades,
  session: PullSession,
): Promise<StudentGrades[]> {
  const knownStudents = new Set(known.students);
  const rows = await session.mappings.getMany(session.instance.id, [...knownStudents].map(studentIdnumber));
  const isKnown = new Set([...rows.values()].map(({ moodle_id: id }) => id));
  const looked = accounts.filter(
    ({ userid, grades }) => isKnown.has(userid) || grades.some(({ raw }) => raw !== null),
  );
  const owners = await studentsOfAccounts(
    looked.map(({ userid }) => userid),
    course,
    session,
    { idnumbers: new Map(looked.map(({ userid, idnumber }) => [userid, idnumber])), known: knownStudents },
  );
  return looked.flatMap(({ userid, grades }) => {
    const student = owners.get(userid);
    return student === undefined ? [] : { student, grades };
  });
}
