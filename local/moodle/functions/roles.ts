import type { Received } from '#shared/moodle/functions/parameters.ts';
import { requireCapability } from '../capabilities.ts';
import { codingError, invalidParameter } from '../moodle-exception.ts';
import type { RoleAssignment } from '../state/records.ts';
import type { CallContext, WebServiceFunctions } from './web-service-function.ts';

type Asked = Received<'core_role_assign_roles'>['assignments'][number];

/** Roles in the contexts of accounts; in those of courses they are only taken away. */
export const roleFunctions = {
  /** All or nothing; one that is there stays. Answers null. */
  core_role_assign_roles: {
    run: ({ assignments }, context) => {
      const { users, roleAssignments } = context.state;
      for (const asked of assignments) {
        const role = checked(asked, context);
        const holder = users.get(role.userid);
        if (!holder || holder.deleted) throw codingError('User ID does not exist or is deleted!');
        if (!roleAssignments.first('assignment', keyOf(role))) roleAssignments.insert(role);
      }
      return null;
    },
  },
  /** All or nothing; one that is not there is fine. Answers null. */
  core_role_unassign_roles: {
    run: ({ unassignments }, context) => {
      for (const asked of unassignments) {
        if (asked.contextlevel === 'course') unassignInCourse(asked, context);
        else context.state.roleAssignments.deleteAll('assignment', keyOf(checked(asked, context)));
      }
      return null;
    },
  },
} satisfies Partial<WebServiceFunctions>;

function unassignInCourse({ roleid, userid, instanceid = 0 }: Asked, { state, settings }: CallContext): void {
  if (!state.courses.get(instanceid)) throw invalidParameter();
  requireCapability(settings, 'moodle/role:assign');
  if (!settings.roles.some((role) => role.id === roleid && role.assignable)) throw invalidParameter();
  const enrolment = state.enrolment(instanceid, userid);
  if (!enrolment) return;
  const roleids = enrolment.roleids.filter((id) => id !== roleid);
  state.enrolments.update(enrolment.id, { roleids });
}

function keyOf({ roleid, userid, instanceid }: Omit<RoleAssignment, 'id'>): string {
  return `${roleid}/${userid}/${instanceid}`;
}

/** In Moodle's order: the context (that of a deleted account is there still), the right, the role, who is to have it. */
function checked(
  { roleid, userid, contextlevel, instanceid = 0 }: Asked,
  { state, settings }: CallContext,
): Omit<RoleAssignment, 'id'> {
  if (contextlevel !== 'user' || !state.users.get(instanceid)) throw invalidParameter();
  requireCapability(settings, 'moodle/role:assign');
  if (!settings.roles.some((role) => role.id === roleid && role.assignable && role.overUsers))
    throw invalidParameter();
  if (userid === 0) throw codingError('Invalid call, userid can not be empty');
  return { roleid, userid, instanceid };
}
