import { numbersOf } from '#shared/moodle/accounts/account-owners.ts';
import { recordsOfAccount } from '#shared/moodle/accounts/account-records.ts';
import { type RecordRow, rowOf } from '#shared/moodle/accounts/record-rows.ts';
import { courseStatesOf } from '#shared/moodle/enrolments/enrolment-state.ts';
import { placesIdnumber } from '#shared/moodle/enrolments/places-of-others.ts';
import { availabilityOf } from '#shared/moodle/instance/availability.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { BreakerState } from '#shared/sync/limits/breaker.ts';
import { type CourseReason, isNamed, namesOfCourse, type PersonsCourses } from './course-reason.ts';
import { courseSteps } from './course-steps.ts';
import type { MoodleQuestion, MoodleSteps } from './moodle-steps.ts';
import { noteSteps } from './note-steps.ts';
import { childrenSteps, placeForParents } from './parent-children.ts';
import {
  accountStep,
  leftOutSteps,
  type PersonModel,
  personIdnumber,
  personNouns,
  recordStep,
} from './person.ts';
import { firstObstacle, holds, ok, type Step, stop } from './step.ts';
import { studentCourses } from './student-courses.ts';
import { teacherCourses } from './teacher-courses.ts';

/** A course that the person should be in, with its part of the chain. */
export interface ExplainedCourse {
  course: string;
  shortname: string | undefined;
  steps: Step[];
}

/** Why a person is, or is not, in the courses of one Moodle. */
export interface Explanation {
  instance: string;
  /** From the record to the account, and what leads to courses. */
  steps: Step[];
  courses: ExplainedCourse[];
  /** The first thing that stands in the way; undefined where nothing does. */
  obstacle: Step | undefined;
  /** One sentence or two. */
  conclusion: string;
}

export interface Asked {
  model: PersonModel;
  id: string;
  /** The course in question; all of the person's unless given. */
  course?: string | undefined;
}

/** Asks a Moodle; undefined where it is to be left alone. */
export type AskMoodle = ((question: MoodleQuestion) => Promise<MoodleSteps>) | undefined;

/** Goes through the chain from a person's record to the courses of an instance. */
export async function explainPerson(
  view: RecordView,
  { model, id, course }: Asked,
  breaker: BreakerState,
  askMoodle: AskMoodle,
): Promise<Explanation> {
  const instance = view.instance.id;
  const steps = [
    availabilityStep(view, breaker),
    ...(model === 'op.parent' ? placeForParents(view) : []),
    await recordStep(view, model, id),
  ];
  if (firstObstacle(steps)) return conclude(instance, { model, id, course }, steps, []);
  steps.push(await accountStep(view, model, id), ...(await leftOutSteps(view, model, id)));
  if (model === 'op.parent') return explainParent(view, id, steps, askMoodle);
  const led = model === 'op.student' ? await studentCourses(view, id) : await teacherCourses(view, id);
  steps.push(...led.steps.map((step) => (course === undefined ? step : { ...step, ...asNote(step) })));
  const named = await filterAsync(led.reasons, async (reason) =>
    course === undefined ? !reason.obstacle : isNamed(view, reason, course),
  );
  const wanted = onePerCourse(named.filter(({ obstacle }) => !obstacle));
  if (wanted.length === 0) steps.push(...noCourse({ model, id, course }, named, led));
  const enrolments = await rowOf(view, enrolmentsOf(model, id));
  const courses = await Promise.all(
    wanted.map(async (reason): Promise<ExplainedCourse> => {
      const { shortname } = await namesOfCourse(view, reason);
      return { course: reason.course, shortname, steps: await courseSteps(view, reason, enrolments) };
    }),
  );
  const isAway = steps.some(({ about, state }) => about === 'instance' && state === 'holds');
  const hasAnswered =
    askMoodle && !isAway && (await addMoodle(view, { model, id }, steps, courses, enrolments, askMoodle));
  // What Moodle says now is newer than any comparison.
  if (!hasAnswered) await addNotes(view, { model, id }, steps, courses);
  return conclude(instance, { model, id, course }, steps, courses, hasAnswered);
}

async function explainParent(
  view: RecordView,
  id: string,
  steps: Step[],
  askMoodle: AskMoodle,
): Promise<Explanation> {
  const asked = { model: 'op.parent', id } as const;
  steps.push(...(await childrenSteps(view, id)));
  const isAway = steps.some(({ about, state }) => about === 'instance' && state === 'holds');
  const roles = await rowOf(view, enrolmentsOf('op.parent', id));
  const hasAnswered = askMoodle && !isAway && (await addMoodle(view, asked, steps, [], roles, askMoodle));
  if (!hasAnswered) await addNotes(view, asked, steps, []);
  return conclude(view.instance.id, asked, steps, [], hasAnswered);
}

function availabilityStep(view: RecordView, breaker: BreakerState): Step {
  const availability = availabilityOf(view.instance, breaker);
  const about = 'instance';
  if (availability.kind === 'ready') return ok(about, 'The instance is active and answers.');
  return holds(about, availability.reason, availability.advice);
}

/** Where one course is in question, what is wrong with another enrolment does not stand in its way. */
function asNote({ state }: Step): Pick<Step, 'state'> {
  return { state: state === 'stop' ? 'unknown' : state };
}

/** Why nothing leads to the course in question, or to any course. */
function noCourse({ model, id, course }: Asked, named: CourseReason[], led: PersonsCourses): Step[] {
  const about = 'course';
  const obstacles = named.flatMap(({ obstacle }) => obstacle ?? []);
  if (obstacles.length > 0) return obstacles.map((obstacle) => ({ about, state: 'stop', ...obstacle }));
  // A record that cannot be read may be the very one.
  const isDoubtful = led.steps.some(({ state }) => state === 'stop');
  if (course === undefined || led.steps.length === 0 || isDoubtful) return [led.nowhere];
  const noun = personNouns[model];
  const records = model === 'op.student' ? 'enrolment' : 'lecture and no subject';
  return [
    stop(
      about,
      `No ${records} of the ${noun} ${id} is in a program that has the course ${course}.`,
      'Check the name of the course; the steps above say what the ERP holds.',
    ),
  ];
}

/** Two enrolments can lead to one course: it is looked at once, with the groups of both. */
function onePerCourse(reasons: CourseReason[]): CourseReason[] {
  const courses = new Map<string, CourseReason>();
  for (const reason of reasons) {
    const known = courses.get(reason.course);
    const batchIds = [...new Set([...(known?.batchIds ?? []), ...reason.batchIds])];
    courses.set(reason.course, { ...reason, batchIds });
  }
  return [...courses.values()];
}

function enrolmentsOf(model: PersonModel, id: string): string {
  return placesIdnumber(personIdnumber(model, id));
}

/** What the last comparison with Moodle has found of the account, the courses, their groups and the enrolments. */
async function addNotes(
  view: RecordView,
  { model, id }: Asked,
  steps: Step[],
  courses: ExplainedCourse[],
): Promise<void> {
  const [account, enrolments] = [personIdnumber(model, id), enrolmentsOf(model, id)];
  const rows = await view.mappings([account, enrolments, ...courses.map(({ course }) => course)]);
  steps.push(...noteSteps(rows.get(account)));
  const states = courseStatesOf(rows.get(enrolments)?.extra_data);
  const groupsIn = (course: string) => Object.keys(states[course]?.groups ?? {});
  const groups = await view.mappings(courses.flatMap(({ course }) => groupsIn(course)));
  for (const { course, steps: ofCourse } of courses)
    ofCourse.push(
      ...noteSteps(rows.get(course)),
      ...groupsIn(course).flatMap((group) => noteSteps(groups.get(group))),
      ...noteSteps(rows.get(enrolments), course),
    );
}

/** @returns whether Moodle has answered */
async function addMoodle(
  view: RecordView,
  { model, id }: Asked,
  steps: Step[],
  courses: ExplainedCourse[],
  enrolments: RecordRow,
  askMoodle: NonNullable<AskMoodle>,
): Promise<boolean> {
  const account = personIdnumber(model, id);
  const mappings = await view.mappings([account, ...courses.map(({ course }) => course)]);
  const { moodle_id: userid, active: wasActive = false } = mappings.get(account) ?? {};
  if (userid === undefined) return false;
  const known = courseStatesOf(enrolments.mapping?.extra_data);
  const pushed = courses.flatMap(({ course }) => {
    const moodleId = mappings.get(course)?.moodle_id;
    if (moodleId === undefined) return [];
    const { state, period } = known[course] ?? {};
    return [[course, { id: moodleId, wasEnrolled: state === 'active', period }] as const];
  });
  const numbers = await numbersOf(view, await recordsOfAccount(view, account));
  const seen = await askMoodle({ model, id, userid, wasActive, numbers, courses: new Map(pushed) });
  steps.push(...seen.account);
  for (const course of courses) course.steps.push(...(seen.courses.get(course.course) ?? []));
  return seen.account.every(({ state }) => state !== 'unknown');
}

function conclude(
  instance: string,
  asked: Asked,
  steps: Step[],
  courses: ExplainedCourse[],
  hasAnswered = false,
): Explanation {
  const obstacle = firstObstacle([...steps, ...courses.flatMap((course) => course.steps)]);
  const conclusion = obstacle
    ? sayObstacle(instance, asked, courses, obstacle)
    : sayAllIsWell(instance, asked, courses, hasAnswered);
  return { instance, steps, courses, obstacle, conclusion };
}

function sayObstacle(
  instance: string,
  { model, id }: Asked,
  courses: ExplainedCourse[],
  obstacle: Step,
): string {
  const stuck = courses.find(({ steps }) => steps.includes(obstacle));
  const where = stuck ? ` to ${stuck.shortname ?? stuck.course}` : '';
  const advice = obstacle.advice === undefined ? '' : ` ${obstacle.advice}`;
  return `In ${instance} this stands in the way of the ${personNouns[model]} ${id}${where}: ${obstacle.text}${advice}`;
}

function sayAllIsWell(
  instance: string,
  { model, id }: Asked,
  courses: ExplainedCourse[],
  hasAnswered: boolean,
): string {
  if (model === 'op.parent')
    return `Nothing stands in the way: in ${instance} the parent ${id} has been given the role over the children.`;
  const list = courses.map(({ course, shortname }) => shortname ?? course).join(', ');
  const source = hasAnswered
    ? ''
    : ' as far as the link knows; Moodle itself was not asked, or did not answer';
  return `Nothing stands in the way: in ${instance} the ${personNouns[model]} ${id} is in ${list}${source}.`;
}

async function filterAsync<T>(items: T[], isWanted: (item: T) => Promise<boolean> | boolean): Promise<T[]> {
  const wanted = await Promise.all(items.map(isWanted));
  return items.filter((_item, index) => wanted[index]);
}
