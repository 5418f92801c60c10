import { noteRefusal, type PlannedCourse } from '#shared/engine/pull-courses.ts';
import type { PullSession } from '#shared/engine/pull-service.ts';
import { getAssignments } from '#shared/moodle/functions/assignments.ts';
import { getQuizzes } from '#shared/moodle/functions/quizzes.ts';
import { type Activity, examKey } from './activity.ts';
import { coursePlaceOf } from './course-place.ts';
import { type Exam, examRecords, readExam } from './exam.ts';
import { periodOf } from './period.ts';

/** An activity that was graded and has no exam in the ERP. */
export interface GradedActivity {
  activity: Activity;
  name: string;
  max: number;
  gradePass: number | null;
  /** When it was first graded, in seconds since 1970; null where Moodle does not say. */
  gradedAt: number | null;
}

/** The ERP's exams of activities, by id; those that are not there are missing. */
export async function readExams(
  { instance, pulled }: PullSession,
  activities: { activity: Activity; max: number }[],
): Promise<Map<string, Exam>> {
  const maxima = new Map(activities.map(({ activity, max }) => [examKey(instance.id, activity), max]));
  const items = await pulled.getMany('op.exam', [...maxima.keys()]);
  return new Map([...items].map(([id, item]) => [id, readExam(item, maxima.get(id) ?? 0)]));
}

/**
 * Makes op.exam.session and op.exam of activities, once: after that they are the ERP's, which may rename and reschedule
 * them and count their marks differently.
 */
export async function makeExams(
  course: PlannedCourse,
  session: PullSession,
  activities: GradedActivity[],
): Promise<void> {
  if (activities.length === 0) return;
  const { instance, pulled, clock, count } = session;
  const details = await detailsOf(
    course,
    session,
    new Set(activities.map(({ activity }) => activity.module)),
  );
  const place = coursePlaceOf(course.idnumber);
  const made = activities.map(({ gradedAt, ...graded }) => {
    const known = details.get(examKey(instance.id, graded.activity));
    const period = periodOf(known ?? { opens: 0, closes: 0 }, gradedAt ?? Math.floor(clock.now() / 1000));
    return examRecords(instance, place, { ...graded, name: known?.name ?? graded.name, ...period });
  });
  await pulled.putNew(
    instance.id,
    made.map((records) => records.session),
  );
  await pulled.putNew(
    instance.id,
    made.map((records) => records.exam),
  );
  count('RecordsPulled', 2 * made.length);
}

type Details = { name: string; opens: number; closes: number };

/** Names and times of a course's quizzes and assignments. What Moodle refuses to tell is not waited for. */
async function detailsOf(
  { idnumber, moodle_id }: PlannedCourse,
  session: PullSession,
  modules: ReadonlySet<Activity['module']>,
): Promise<Map<string, Details>> {
  const { client, instance } = session;
  const details = new Map<string, Details>();
  const note = (module: Activity['module'], id: number, found: Details) =>
    details.set(examKey(instance.id, { module, id }), found);
  try {
    if (modules.has('quiz')) {
      const { quizzes } = await getQuizzes(client, [moodle_id]);
      for (const { id, name, timeopen, timeclose } of quizzes)
        note('quiz', id, { name, opens: timeopen, closes: timeclose });
    }
    if (modules.has('assign')) {
      const { assignments } = await getAssignments(client, [moodle_id]);
      for (const { id, name, allowsubmissionsfromdate, duedate } of assignments)
        note('assign', id, { name, opens: allowsubmissionsfromdate, closes: duedate });
    }
  } catch (error) {
    noteRefusal(error, { course: idnumber }, session);
  }
  return details;
}
