import { MoodleError } from '#shared/moodle/client/errors.ts';
import { failureOf } from '#shared/moodle/failures.ts';
import { assignRoles, type RoleOverUser, unassignRoles } from '#shared/moodle/functions/roles.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import type { BulkCall, SecondLook } from '#shared/moodle/push/bulk.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { type Done, GoneReference, type PlaceCalls, type Step, takeFormerRoles } from './enrolment-calls.ts';

/** How parents are given roles over the accounts of their children. */
export const roleCalls: PlaceCalls = {
  give: (context) => ({
    ...common(context, false),
    call: async (steps) => {
      await assignRoles(context.client, steps.map(roleOf));
      await takeFormerRoles(steps, (former) => takeAll(context, former));
      return steps.map(() => ({ done: 'done' }));
    },
  }),
  take: (context) => ({
    ...common(context, true),
    call: async (steps) => {
      await takeAll(context, steps);
      await takeFormerRoles(steps, (former) => takeAll(context, former));
      return steps.map(() => ({ done: 'done' }));
    },
  }),
};

async function takeAll({ client }: PushContext, steps: readonly Step[]): Promise<void> {
  await unassignRoles(client, steps.map(roleOf));
}

function roleOf({ roleid, userid, courseid }: Step): RoleOverUser {
  return { roleid, userid, instanceid: courseid };
}

/** @param isTaking what is gone has no role any more, and nobody has one over it */
function common(context: PushContext, isTaking: boolean): Omit<BulkCall<Step, Done>, 'call'> {
  return {
    order: (a, b) => a.userid - b.userid || a.courseid - b.courseid,
    // roleid, userid, contextlevel, instanceid
    variables: () => 4,
    lookAgain: async (steps) => {
      const ids = [...new Set(steps.flatMap(({ userid, courseid }) => [userid, courseid]))];
      const users = await getUsersByField(context.client, 'id', ids.map(String));
      const there = new Set(users.map(({ id }) => id));
      const outcomes: SecondLook<Step, Done>['outcomes'] = new Map();
      for (const step of steps) {
        const { userid, courseid, item, change } = step;
        if (there.has(userid) && there.has(courseid)) continue;
        const gone = there.has(userid) ? change.course : item.entity.fields.person;
        outcomes.set(step, isTaking ? { done: 'done' } : { failure: new GoneReference(gone) });
      }
      return { outcomes };
    },
    refused: async ({ roleid }, error) =>
      isRefusedValue(error)
        ? {
            failure: {
              ...failureOf(error),
              code: 'roleofparents',
              reason: `Moodle does not let the link give or take the role ${roleid} over an account.`,
              advice:
                "Check role_ids.parent: the role has to have the context type User, and the token's role has to be allowed to assign it (docs/moodle-setup.md).",
            },
          }
        : { failure: failureOf(error) },
  };
}

function isRefusedValue(error: unknown): boolean {
  return error instanceof MoodleError && error.errorcode === 'invalidparameter';
}
