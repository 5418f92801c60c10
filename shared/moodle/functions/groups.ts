import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orEmpty, plainName } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';

export type NewGroup = Sent<'core_group_create_groups'>['groups'][number];
export type GroupChange = Sent<'core_group_update_groups'>['groups'][number];
export type GroupMember = Sent<'core_group_add_group_members'>['members'][number];

const groupSchema = z.object({
  id: z.number(),
  courseid: z.number(),
  name: plainName,
  idnumber: orEmpty,
});
export type Group = z.infer<typeof groupSchema>;

/** Makes groups, all or none, in the order given. Name (254 characters) and ID number are unique in the course. */
export async function createGroups(client: MoodleCaller, groups: NewGroup[]): Promise<Group[]> {
  if (groups.length === 0) return [];
  return client.call('core_group_create_groups', { groups }, z.array(groupSchema));
}

/** Changes groups, all or none. Moodle wants the name even where it stays as it is. */
export async function updateGroups(client: MoodleCaller, groups: GroupChange[]): Promise<void> {
  if (groups.length === 0) return;
  await client.call('core_group_update_groups', { groups }, z.null());
}

export function getCourseGroups(client: MoodleCaller, courseid: number): Promise<Group[]> {
  return client.call('core_group_get_course_groups', { courseid }, z.array(groupSchema));
}

/** Adds members, all or none; each must be enrolled in the group's course. Who is a member already stays one. */
export async function addGroupMembers(client: MoodleCaller, members: GroupMember[]): Promise<void> {
  if (members.length === 0) return;
  await client.call('core_group_add_group_members', { members }, z.null());
}

/** Removes members, all or none. Who is no member is passed over. */
export async function deleteGroupMembers(client: MoodleCaller, members: GroupMember[]): Promise<void> {
  if (members.length === 0) return;
  await client.call('core_group_delete_group_members', { members }, z.null());
}
