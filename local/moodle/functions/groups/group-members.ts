import { invalidParameter } from '../../moodle-exception.ts';
import { type Infer, int, list, object } from '../../parameters/description.ts';
import { requireUser } from '../../state/require-user.ts';
import { webServiceFunction } from '../web-service-function.ts';
import { requireGroup } from './group-rules.ts';

const membersParameters = object({ members: list(object({ groupid: int(), userid: int() })) });

/** A member updates the row of the group, and holds it for the whole call. */
const locks = ({ members }: Infer<typeof membersParameters>): string[] => [
  ...new Set(members.map(({ groupid }) => `group ${groupid}`)),
];

/** `core_group_add_group_members`: all or nothing; somebody who is in the group already is fine. Answers null. */
export const addGroupMembers = webServiceFunction({
  name: 'core_group_add_group_members',
  capability: 'moodle/course:managegroups',
  parameters: membersParameters,
  locks,
  run: ({ members }, { state }) => {
    for (const { groupid, userid } of members) {
      const group = requireGroup(state, groupid);
      requireUser(state, userid);
      if (!state.enrolment(group.courseid, userid)) throw invalidParameter();
      if (!state.membership(groupid, userid)) state.memberships.insert({ groupid, userid });
    }
    return null;
  },
});

/** `core_group_delete_group_members`: all or nothing; somebody who is not in the group is fine. Answers null. */
export const deleteGroupMembers = webServiceFunction({
  name: 'core_group_delete_group_members',
  capability: 'moodle/course:managegroups',
  parameters: membersParameters,
  locks,
  run: ({ members }, { state }) => {
    for (const { groupid, userid } of members) {
      requireGroup(state, groupid);
      requireUser(state, userid);
      const membership = state.membership(groupid, userid);
      if (membership) state.memberships.delete(membership.id);
    }
    return null;
  },
});
