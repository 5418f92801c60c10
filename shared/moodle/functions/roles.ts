import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';

/** Somebody's role in the context of another one's account. */
export interface RoleOverUser {
  roleid: number;
  /** Who has the role. */
  userid: number;
  /** Whose account it is about. */
  instanceid: number;
}

/*
 * Measured on Moodle 4.5.6 and 5.1: a role that is there already is given once more without a word, one that is not there
 * taken away so. `invalidparameter`: the role is none that the token's own role may assign, has not the context type User, or
 * no account has ever had the id; over a deleted account it is given without a word, and serves nobody. `codingerror`: whoever is to
 * have it is not there or deleted; taking it from them is no error. A suspended account is like any other. With an account
 * that is deleted go the roles that it has, and those over it.
 */

/** Gives roles, all or none. */
export async function assignRoles(client: MoodleCaller, roles: readonly RoleOverUser[]): Promise<void> {
  if (roles.length === 0) return;
  await client.call('core_role_assign_roles', { assignments: roles.map(overUser) }, z.null());
}

/** Takes roles away, all or none. */
export async function unassignRoles(client: MoodleCaller, roles: readonly RoleOverUser[]): Promise<void> {
  if (roles.length === 0) return;
  await client.call('core_role_unassign_roles', { unassignments: roles.map(overUser) }, z.null());
}

/** Takes roles in courses away, all or none; the enrolments stay. */
export async function unassignCourseRoles(
  client: MoodleCaller,
  roles: readonly { roleid: number; userid: number; courseid: number }[],
): Promise<void> {
  if (roles.length === 0) return;
  const unassignments = roles.map(({ courseid: instanceid, ...role }) => ({
    ...{ ...role, instanceid, contextlevel: 'course' },
  }));
  await client.call('core_role_unassign_roles', { unassignments }, z.null());
}

function overUser(role: RoleOverUser) {
  return { ...role, contextlevel: 'user' };
}
