import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { failureIn, failureOf } from '#shared/moodle/failures.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { enrolUsers, getEnrolledUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers, deleteGroupMembers, getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { unassignCourseRoles } from '#shared/moodle/functions/roles.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import { isRepaired } from '#shared/moodle/instance/instance.ts';
import type { BulkCall, BulkOutcome, SecondLook } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import type { PushItem } from '#shared/moodle/push/push-service.ts';
import type { Failure, FailureClass } from '#shared/sync/failure.ts';
import type { EnrolmentChange, PersonEnrolments } from './enrolment-plan.ts';
import type { Period } from './enrolment-state.ts';

/** One change of a person's enrolments, with the Moodle ids it is made with. */
export interface Step {
  item: PushItem<PersonEnrolments>;
  change: EnrolmentChange;
  userid: number;
  courseid: number;
  /** 0 where the change is not about a group. */
  groupid: number;
  roleid: number;
  /** The role that the person has in the course already, in place of the link's: somebody has decided so. */
  heldRole?: number | undefined;
  /** The ERP has another role for the person by now than was given. */
  isOtherRole?: boolean;
  /** The role that was given and is to go. */
  formerRole?: number | undefined;
  /** When the person is let in; always, unless given. */
  period?: Period | undefined;
  /** Somebody has suspended the enrolment in Moodle, which stays. */
  isSuspendedByHand?: boolean;
}

export type Done = 'done';

/** How Moodle is told of people's places. */
export interface PlaceCalls {
  give(context: PushContext): BulkCall<Step, Done>;
  /** Where somebody can keep a place without being let in. */
  suspend?(context: PushContext): BulkCall<Step, Done>;
  take(context: PushContext): BulkCall<Step, Done>;
}

export const enrolmentCalls: PlaceCalls = {
  give: (context) => enrolment(context, false),
  suspend: (context) => enrolment(context, true),
  take: unenrolment,
};

type Outcomes = SecondLook<Step, Done>['outcomes'];

/** An account, course or group that Moodle no longer has under the id in its mapping. */
export class GoneReference implements Failure {
  readonly class: FailureClass = 'dependency';
  readonly code = 'gone';
  readonly reason: string;
  readonly advice = 'Nothing; it is looked up or made again by itself.';
  readonly idnumber: string;

  constructor(idnumber: string) {
    this.idnumber = idnumber;
    this.reason = `Moodle no longer has ${idnumber}.`;
  }
}

/*
 * The order of items: workers that lock rows in one order do not deadlock. Measured on Moodle 4.5 with MariaDB:
 * enrolments sorted by user and members by group, then user, went without a deadlock; at random half of them failed.
 */
const byUser = (a: Step, b: Step) => a.userid - b.userid || a.courseid - b.courseid;
const byGroup = (a: Step, b: Step) => a.groupid - b.groupid || a.userid - b.userid;

/** Enrols, or suspends an enrolment. */
function enrolment(context: PushContext, suspend: boolean): BulkCall<Step, Done> {
  return {
    order: byUser,
    // roleid, userid, courseid, suspend; timestart, timeend
    variables: ({ period }) => (period ? 6 : 4),
    call: async (steps) => {
      const enrol = (roleOf: (step: Step) => number) =>
        enrolUsers(
          context.client,
          steps.map((step) => ({
            ...placeOf(step),
            ...(!suspend && step.period),
            roleid: roleOf(step),
            suspend: suspend || step.isSuspendedByHand === true,
          })),
        );
      try {
        await enrol(({ heldRole, roleid }) => heldRole ?? roleid);
      } catch (error) {
        // The token need not be allowed to assign what others assign: then the link's own role is added.
        const isRole = error instanceof MoodleError && error.errorcode === 'wsusercannotassign';
        if (!isRole || steps.every(({ heldRole }) => heldRole === undefined)) throw error;
        await enrol(({ roleid }) => roleid);
      }
      await takeFormerRoles(steps, (former) =>
        unassignCourseRoles(
          context.client,
          former.map((step) => ({ ...placeOf(step), roleid: step.roleid })),
        ),
      );
      return steps.map(() => ({ done: 'done' }));
    },
    lookAgain: async (steps) => ({ outcomes: await goneReferences(context, steps, suspend) }),
    refused,
  };
}

/**
 * Giving a role adds it to those that somebody has. One that is gone, or that the link may not give any more, is left.
 *
 * @param take takes the role of each step away
 */
export async function takeFormerRoles(
  steps: readonly Step[],
  take: (former: Step[]) => Promise<void>,
): Promise<void> {
  const former = steps.flatMap((step) =>
    step.formerRole === undefined ? [] : [{ ...step, roleid: step.formerRole }],
  );
  try {
    await take(former);
  } catch (error) {
    if (!(error instanceof MoodleError && error.errorcode === 'invalidparameter')) throw error;
  }
}

/**
 * Notes which roles people have in courses by now: each change of an enrolment adds the role that it names, so that a
 * teacher whom somebody has made a non-editing one would be both.
 */
export async function noteHeldRoles(context: PushContext, steps: readonly Step[]): Promise<void> {
  const { teacher: _teacher, ...others } = context.instance.role_ids;
  const own = new Set(Object.values(others));
  for (const [courseid, ofCourse] of Map.groupBy(steps, (step) => step.courseid)) {
    if (context.failure) return;
    try {
      const people = await getEnrolledUsers(context.client, courseid, { userfields: ['id', 'roles'] });
      const roles = new Map(people.map(({ id, roles: held = [] }) => [id, held.map(({ roleid }) => roleid)]));
      for (const step of ofCourse) {
        const held = roles.get(step.userid) ?? [];
        // The link's other role is given by another record of the person.
        if (!held.includes(step.roleid)) step.heldRole = held.find((roleid) => !own.has(roleid));
      }
    } catch (error) {
      // What a course refuses to tell, the enrolment itself will meet.
      failureIn(context, error);
    }
  }
}

/**
 * Notes of whom Moodle says that the enrolment is suspended, although it is in its time: a new period is no reason to
 * resume what somebody has suspended.
 */
export async function noteSuspended(context: PushContext, steps: readonly Step[]): Promise<void> {
  if (isRepaired(context.instance, 'enrolment.suspended')) return;
  for (const [courseid, ofCourse] of Map.groupBy(steps, (step) => step.courseid)) {
    if (context.failure) return;
    try {
      const options = { userfields: ['id'], only: 'suspended' } as const;
      const suspended = new Set(
        (await getEnrolledUsers(context.client, courseid, options)).map(({ id }) => id),
      );
      for (const step of ofCourse) step.isSuspendedByHand = suspended.has(step.userid);
    } catch (error) {
      failureIn(context, error);
    }
  }
}

function unenrolment(context: PushContext): BulkCall<Step, Done> {
  return {
    order: byUser,
    // userid, courseid
    variables: () => 2,
    call: async (steps) => {
      await unenrolUsers(context.client, steps.map(placeOf));
      return steps.map(() => ({ done: 'done' }));
    },
    lookAgain: async (steps) => ({ outcomes: await goneReferences(context, steps, true) }),
    refused,
  };
}

/** Adds to groups. Somebody who was unenrolled by hand is enrolled again: Moodle refuses members from outside. */
export function joining(context: PushContext): BulkCall<Step, Done> {
  return {
    order: byGroup,
    // groupid, userid
    variables: () => 2,
    call: async (steps) => {
      await addGroupMembers(context.client, members(steps));
      return steps.map(() => ({ done: 'done' }));
    },
    lookAgain: async (steps) => {
      const outcomes = await goneReferences(context, steps, false);
      const rest = steps.filter((step) => !outcomes.has(step)).toSorted(byUser);
      await enrolUsers(
        context.client,
        rest.map((step) => ({ ...placeOf(step), ...step.period, roleid: step.roleid, suspend: false })),
      );
      return { outcomes, amended: true };
    },
    refused: async (step, error) => {
      const groups = await getCourseGroups(context.client, step.courseid);
      const isGone = !groups.some(({ id }) => id === step.groupid);
      return isGone && 'group' in step.change
        ? { failure: new GoneReference(step.change.group) }
        : refused(step, error);
    },
  };
}

export function leaving(context: PushContext): BulkCall<Step, Done> {
  return {
    order: byGroup,
    // groupid, userid
    variables: () => 2,
    call: async (steps) => {
      await deleteGroupMembers(context.client, members(steps));
      return steps.map(() => ({ done: 'done' }));
    },
    refused: async (step, error): Promise<BulkOutcome<Done>> => {
      // A group that is gone has no members to lose, and an account that is gone is in no group.
      const isGone = error instanceof MoodleError && isMissingRecord(error.errorcode);
      return isGone ? { done: 'done' } : refused(step, error);
    },
  };
}

/** A person has many courses: the refusal of one says which it is. */
async function refused({ change, courseid }: Step, error: unknown): Promise<{ failure: Failure }> {
  const failure = failureOf(error);
  const reason = `${failure.reason} This is about the course ${change.course} (id ${courseid} in Moodle).`;
  return { failure: { ...failure, reason } };
}

function placeOf({ userid, courseid }: Pick<Step, 'userid' | 'courseid'>) {
  return { userid, courseid };
}

function members(steps: Step[]) {
  return steps.map(({ groupid, userid }) => ({ groupid, userid }));
}

/**
 * The steps whose course or account Moodle no longer has.
 *
 * @param leaving true where the person leaves the course: then a missing course means that all is done
 */
async function goneReferences(context: PushContext, steps: Step[], leaving: boolean): Promise<Outcomes> {
  const courseids = [...new Set(steps.map(({ courseid }) => courseid))];
  const userids = [...new Set(steps.map(({ userid }) => userid))];
  const courses = new Set((await getCoursesByIds(context.client, courseids)).map(({ id }) => id));
  const users = new Set(
    (await getUsersByField(context.client, 'id', userids.map(String))).map(({ id }) => id),
  );
  const outcomes: Outcomes = new Map();
  for (const step of steps) {
    const isThere = courses.has(step.courseid) && users.has(step.userid);
    if (isThere) continue;
    const { person } = step.item.entity.fields;
    const idnumber = courses.has(step.courseid) ? person : step.change.course;
    outcomes.set(step, leaving ? { done: 'done' } : { failure: new GoneReference(idnumber) });
  }
  return outcomes;
}
