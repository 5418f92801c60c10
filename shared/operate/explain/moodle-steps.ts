import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { isOpen, periodText } from '#shared/moodle/enrolments/enrolment-period.ts';
import type { Period } from '#shared/moodle/enrolments/enrolment-state.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { type Course, getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers, getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { getUsersByField, type MoodleUser } from '#shared/moodle/functions/users.ts';
import type { PersonModel } from './person.ts';
import { ok, type Step, stop, unknown, waits } from './step.ts';

/** Whom and what to look for. */
export interface MoodleQuestion {
  model: PersonModel;
  id: string;
  /** The account's id in Moodle, and whether it was active when it was pushed last. */
  userid: number;
  wasActive: boolean;
  /** The ID numbers that it may have; the last is what the instance gives. */
  numbers: readonly string[];
  /** Idnumbers, with the id in Moodle, whether the person was enrolled by the link, and when the link lets them in. */
  courses: ReadonlyMap<string, { id: number; wasEnrolled: boolean; period?: Period | undefined }>;
}

/** What Moodle says. */
export interface MoodleSteps {
  account: Step[];
  /** By idnumber. */
  courses: Map<string, Step[]>;
}

const account = 'account in Moodle';
const madeAgain = 'It is made again by the daily comparison, or at once with `oec-moodle drift --repair`.';

/**
 * Asks Moodle itself, by functions that change nothing. Where it does not answer, or refuses, that is the answer.
 *
 * @param at.now milliseconds since 1970 @param at.zone the school's
 * @throws errors that are no answer of Moodle's
 */
export async function moodleSteps(
  client: MoodleClient,
  question: MoodleQuestion,
  at: { now: number; zone: string },
): Promise<MoodleSteps> {
  try {
    const [user] = await getUsersByField(client, 'id', [question.userid]);
    if (!user) return { account: [goneAccount(question)], courses: new Map() };
    const ids = [...question.courses.values()].map(({ id }) => id);
    const found = new Map((await getCoursesByIds(client, ids)).map((course) => [course.id, course]));
    const active = new Set((await getUsersCourses(client, user.id)).map(({ id }) => id));
    const courses = new Map<string, Step[]>();
    for (const [idnumber, { id, wasEnrolled, period }] of question.courses) {
      const course = found.get(id);
      const closed = isOpen(period, at.now) ? undefined : periodText(period!, at.zone);
      courses.set(
        idnumber,
        course
          ? [
              shown(question.model, course),
              await enrolled(client, course, user, { active, wasEnrolled, closed }),
            ]
          : [goneCourse(id)],
      );
    }
    return { account: [accountStep(question, user)], courses };
  } catch (error) {
    const { reason, advice } = failureOf(error);
    return { account: [unknown('Moodle', reason, advice)], courses: new Map() };
  }
}

function accountStep(
  { userid, wasActive, numbers }: MoodleQuestion,
  { suspended, idnumber }: MoodleUser,
): Step {
  if (!numbers.includes(idnumber)) {
    const own = numbers.at(-1);
    return unknown(
      account,
      `The account ${userid} has ${idnumber === '' ? 'no ID number' : `the ID number ${idnumber}`} and not ${own}.`,
      `Find out whose account it is, and give the right one the ID number ${own} in Moodle.`,
    );
  }
  if (suspended && !wasActive) {
    return waits(account, `The account ${userid} is still suspended in Moodle.`);
  }
  if (suspended) {
    return stop(
      account,
      `The account ${userid} is suspended in Moodle, though the record is active.`,
      'Somebody has suspended it there: activate it in Moodle.',
    );
  }
  return ok(account, `The account ${userid} is there and active.`);
}

function goneAccount({ userid }: MoodleQuestion): Step {
  return stop(account, `Moodle has no account ${userid} any more: somebody has deleted it there.`, madeAgain);
}

function goneCourse(id: number): Step {
  return stop(
    'course in Moodle',
    `Moodle has no course ${id} any more: somebody has deleted it there.`,
    madeAgain,
  );
}

/** A hidden course keeps students out; teachers see it. */
function shown(model: PersonModel, { id, visible }: Course): Step {
  const about = 'course in Moodle';
  if (visible === 1) return ok(about, `The course ${id} is there and shown.`);
  const keepsOut = model === 'op.student' ? stop : ok;
  return keepsOut(
    about,
    `The course ${id} is hidden in Moodle, so that students do not see it.`,
    "Show it in the course's settings in Moodle.",
  );
}

async function enrolled(
  client: MoodleClient,
  { id, visible }: Course,
  user: MoodleUser,
  {
    active,
    wasEnrolled,
    closed,
  }: { active: ReadonlySet<number>; wasEnrolled: boolean; closed?: string | undefined },
): Promise<Step> {
  const about = 'enrolment in Moodle';
  if (active.has(id)) return ok(about, 'The enrolment is active.');
  const options = { userfields: ['id'] };
  const isIn = (people: { id: number }[]) => people.some((person) => person.id === user.id);
  if (isIn(await getEnrolledUsers(client, id, { ...options, only: 'suspended' }))) {
    if (closed !== undefined) {
      return waits(
        about,
        `The enrolment lets the person in ${closed}.`,
        'The setting enrolment_period takes these days from OpenEduCat: correct them there if they are wrong.',
      );
    }
    return stop(
      about,
      'The enrolment is suspended in Moodle, or its time is over.',
      'Activate it under Participants in Moodle, without an end that the link has not given.',
    );
  }
  // A hidden course is missing among a user's own ones.
  if (visible !== 1 && isIn(await getEnrolledUsers(client, id, options))) {
    return ok(about, 'The enrolment is active.');
  }
  // The enrolment's own step says why.
  if (!wasEnrolled) return waits(about, 'Moodle has no enrolment of the person in the course yet.');
  return stop(
    about,
    'Moodle has no enrolment of the person in the course: somebody has ended it there.',
    'It comes back with the daily comparison, or at once with `oec-moodle drift --repair`.',
  );
}
