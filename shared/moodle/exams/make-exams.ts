import { examKey } from '#shared/moodle/grades/activity.ts';
import { coursePlaceOf } from '#shared/moodle/grades/course-place.ts';
import type { CellChange } from '#shared/moodle/grades/gradebook-changes.ts';
import { periodOf } from '#shared/moodle/grades/period.ts';
import type { ReportedGrade } from '#shared/moodle/grades/report.ts';
import type { Visibility } from '#shared/moodle/grades/visibility.ts';
import type { PlannedCourse } from '#shared/moodle/pulls/pull-courses.ts';
import type { PullSession } from '#shared/moodle/pulls/pull-service.ts';
import { type Exam, examRecords, type PassFields, passFields, readExam } from './exam.ts';

/** The exams of columns by id, as the ERP has them or as they will be made. */
export async function readExams(
  { instance, records }: PullSession,
  columns: Iterable<ReportedGrade>,
): Promise<Map<string, Exam>> {
  const maxima = new Map([...columns].map(({ activity, max }) => [examKey(instance.id, activity), max]));
  const items = await records.getMany('op.exam', [...maxima.keys()]);
  return new Map([...maxima].map(([id, max]) => [id, readExam(items.get(id), max, instance.total_marks)]));
}

/** An exam as it was read, and the pass mark that it should have. */
export type WantedExam = Exam & PassFields & { read: Exam };

/**
 * Makes op.exam.session and op.exam of what is graded and has none, once: after that they are the ERP's, which may
 * rename and reschedule them and count their marks differently. Only a pass mark that a pull has set follows Moodle's.
 */
export async function writeExams(
  course: PlannedCourse,
  session: PullSession,
  given: readonly CellChange[],
  exams: ReadonlyMap<string, WantedExam>,
  { modules }: Visibility,
): Promise<void> {
  const { instance, pulled, clock, count } = session;
  const place = coursePlaceOf(course.idnumber);
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
    made.push(examRecords(instance, place, { ...exam, activity, name: title, ...period }));
  }
  await pulled.putNew(
    instance.id,
    made.map((records) => records.session),
  );
  await pulled.putNew(
    instance.id,
    made.map((records) => records.exam),
  );
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
