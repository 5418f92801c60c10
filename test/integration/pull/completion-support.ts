import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Item } from '#shared/store/documents.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import type { Kit, Site } from '../kit.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** The function that is called once for each student. */
export const completionCall = 'core_enrol_get_users_courses';

/** Pulls completion as its schedule does, and waits until all is done. */
export async function pull(kit: Kit): Promise<void> {
  await kit.cloud.invoke('pull-planner', { pull: 'completion' });
  await kit.settle();
}

/** A record of the ERP as it is in the table. */
export async function stored(kit: Kit, { model, id }: Item): Promise<Item | undefined> {
  const { Item } = await kit.cloud.clients.dynamodb.send(
    new GetCommand({
      TableName: kit.cloud.resource('RecordsTableName'),
      Key: { model, id },
      ConsistentRead: true,
    }),
  );
  return Item;
}

/** An enrolment's entry for an instance, without the time. */
export async function entryOf(kit: Kit, enrolment: Item, instance = 'demo'): Promise<unknown> {
  const { at, ...entry } = (await stored(kit, enrolment))?.moodle_completion?.[instance] ?? {};
  return at === undefined ? undefined : entry;
}

/** `{ oec_subj_1_course_1: … }` */
export function seen(
  subjectId: number,
  programId: number,
  completed: boolean | null,
  progress: number | null,
) {
  return { [`oec_subj_${subjectId}_course_${programId}`]: { subject_id: subjectId, completed, progress } };
}

/** What a metric of pull-worker has counted in all, as its log lines tell CloudWatch. */
export function counted(kit: Kit, name: string): number {
  const values = kit.cloud.logs('pull-worker').flatMap((line) => {
    const value = new RegExp(`"${name}":(\\d+|\\[[\\d,]+\\])`).exec(line)?.[1];
    return value === undefined ? [] : (JSON.parse(`[${value}]`).flat() as number[]);
  });
  return values.reduce((total, value) => total + value, 0);
}

/** What a teacher of a course does, and its students. */
export class Course {
  readonly #site: Site;
  readonly id: number;
  /** Course modules that make the course complete. */
  readonly #activities: number[];

  private constructor(site: Site, id: number, activities: number[]) {
    this.#site = site;
    this.id = id;
    this.#activities = activities;
  }

  /** A course in Moodle that is complete with so many quizzes; without any nothing makes it complete. */
  static async prepare(site: Site, idnumber: string, quizzes: number): Promise<Course> {
    const course = await site.course(idnumber);
    if (!course) throw new Error(`Moodle has no course ${idnumber}.`);
    const names = Array.from({ length: quizzes }, (_, index) => `Quiz ${index + 1}`);
    const { activities, completion } = teacherOf(site.moodle);
    const cmids = names.map((name) => activities.addQuiz(course.id, { name }).cmid);
    if (quizzes > 0) completion.requireActivities(course.id, cmids);
    return new Course(site, course.id, cmids);
  }

  /** A student does the first of the quizzes. */
  async begin(student: string): Promise<void> {
    const [first] = this.#activities;
    if (first !== undefined)
      teacherOf(this.#site.moodle).completion.completeActivity(first, await this.#user(student));
  }

  /** A student does all quizzes, and Moodle's cron notices. */
  async complete(student: string): Promise<void> {
    const { completion } = teacherOf(this.#site.moodle);
    const userid = await this.#user(student);
    for (const cmid of this.#activities) completion.completeActivity(cmid, userid);
    completion.completeCourse(this.id, userid);
  }

  async reopen(student: string): Promise<void> {
    teacherOf(this.#site.moodle).completion.reopenCourse(this.id, await this.#user(student));
  }

  async #user(idnumber: string): Promise<number> {
    const user = await this.#site.user(idnumber);
    if (!user) throw new Error(`Moodle has no account ${idnumber}.`);
    return user.id;
  }
}
