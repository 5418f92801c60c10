import type { Received } from '#shared/moodle/functions/parameters.ts';
import { invalidParameter } from '../moodle-exception.ts';
import type { Group } from '../state/records.ts';
import {
  groupLengths,
  requireCourseContext,
  requireFreeGroupIdnumber,
  requireFreeGroupName,
  requireGroup,
} from './group-rules.ts';
import { requireUser } from './user-rules.ts';
import { requireLength } from './values.ts';
import type { WebServiceFunctions } from './web-service-function.ts';

export const groupFunctions = {
  /** All or nothing. */
  core_group_create_groups: {
    commitsLater: true,
    capability: 'moodle/course:managegroups',
    run: ({ groups }, { state }) =>
      groups.map((group) => {
        const row = {
          courseid: group.courseid,
          // Groups alone cut blanks off; other names keep them.
          name: group.name.trim(),
          idnumber: (group.idnumber ?? '').trim(),
          description: group.description,
          enrolmentkey: group.enrolmentkey ?? '',
          visibility: group.visibility,
          participation: group.participation,
        };
        // Moodle looks for the name as it was sent: one that is free only with its blanks becomes a second one.
        requireFreeGroupName(state, row.courseid, group.name);
        requireCourseContext(state, row.courseid);
        requireFreeGroupIdnumber(state, row.courseid, row.idnumber);
        requireLength(row, groupLengths);
        return groupAnswer(state.groups.insert(row));
      }),
  },
  /** All or nothing; the name must be given even where it stays. Answers null. */
  core_group_update_groups: {
    capability: 'moodle/course:managegroups',
    run: ({ groups }, { state }) => {
      for (const { id, description, enrolmentkey, visibility, participation, ...keys } of groups) {
        const name = keys.name.trim();
        const idnumber = keys.idnumber?.trim();
        const group = state.groups.get(id);
        if (!group) throw invalidParameter();
        const { courseid } = group;
        // The group itself counts: its name cannot change in case or accents only.
        if (keys.name !== group.name) requireFreeGroupName(state, courseid, keys.name);
        if (idnumber !== undefined) requireFreeGroupIdnumber(state, courseid, idnumber, id);
        const row = { name, description, enrolmentkey, idnumber, participation };
        requireLength(row, groupLengths);
        state.groups.update(id, {
          ...row,
          visibility: visibility === undefined ? undefined : Number(visibility),
        });
      }
      return null;
    },
  },
  /** By name, as Moodle sorts them. */
  core_group_get_course_groups: {
    capability: 'moodle/course:managegroups',
    run: ({ courseid }, { state }) => {
      requireCourseContext(state, courseid);
      return state
        .groupList(courseid)
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map(groupAnswer);
    },
  },
  /** All or nothing; somebody who is in the group already is fine. Answers null. */
  core_group_add_group_members: {
    capability: 'moodle/course:managegroups',
    locks: locksOf,
    run: ({ members }, { state }) => {
      for (const { groupid, userid } of members) {
        const group = requireGroup(state, groupid);
        requireUser(state, userid);
        if (!state.enrolment(group.courseid, userid)) throw invalidParameter();
        if (!state.membership(groupid, userid)) state.memberships.insert({ groupid, userid });
      }
      return null;
    },
  },
  /** All or nothing; somebody who is not in the group is fine. Answers null. */
  core_group_delete_group_members: {
    capability: 'moodle/course:managegroups',
    locks: locksOf,
    run: ({ members }, { state }) => {
      for (const { groupid, userid } of members) {
        requireGroup(state, groupid);
        requireUser(state, userid);
        const membership = state.membership(groupid, userid);
        if (membership) state.memberships.delete(membership.id);
      }
      return null;
    },
  },
} satisfies Partial<WebServiceFunctions>;

/** A member updates the row of the group, and holds it for the whole call. */
function locksOf({ members }: Received<'core_group_add_group_members'>): string[] {
  return [...new Set(members.map(({ groupid }) => `group ${groupid}`))];
}

/** A group as the group functions answer it; its name is not escaped, unlike a course's. */
function groupAnswer(group: Group) {
  return {
    id: group.id,
    courseid: group.courseid,
    name: group.name,
    description: group.description,
    descriptionformat: 1,
    enrolmentkey: group.enrolmentkey,
    idnumber: group.idnumber,
    visibility: group.visibility,
    participation: group.participation,
  };
}
