import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orEmpty, plainName } from '#shared/moodle/client/schemas.ts';

const cohortSchema = z.object({
  id: z.number(),
  // 4.5 answers it as it is stored, 5.1 as HTML.
  name: plainName,
  idnumber: orEmpty,
  visible: z.boolean(),
});
export type Cohort = z.infer<typeof cohortSchema>;
export type NewCohort = Omit<Cohort, 'id'>;

export type CohortMember = { cohortid: number; userid: number };

/** Where courses all over the site can be synced with it, and where Moodle puts the cohorts of a category that goes. */
const categorytype = { type: 'system', value: '' };

/**
 * Makes cohorts of the whole site, all or none, in the order given. An ID number that another cohort has, in capitals or
 * not, is refused with `invalidparameter`, a name of more than 254 characters with `dmlwriteexception`.
 */
export async function createCohorts(client: MoodleCaller, cohorts: NewCohort[]): Promise<Cohort[]> {
  if (cohorts.length === 0) return [];
  const all = cohorts.map((cohort) => ({ categorytype, ...cohort }));
  return client.call('core_cohort_create_cohorts', { cohorts: all }, z.array(cohortSchema));
}

/**
 * Changes cohorts, all or none. Moodle wants place, name and ID number even where they stay as they are, and does not look
 * whether another one has the ID number.
 */
export async function updateCohorts(client: MoodleCaller, cohorts: Cohort[]): Promise<void> {
  if (cohorts.length === 0) return;
  const all = cohorts.map((cohort) => ({ categorytype, ...cohort }));
  await client.call('core_cohort_update_cohorts', { cohorts: all }, z.null());
}

/** All cohorts of the site, those of categories too: Moodle finds none by its ID number. */
export function getAllCohorts(client: MoodleCaller): Promise<Cohort[]> {
  return client.call('core_cohort_get_cohorts', {}, z.array(cohortSchema));
}

/** The ids of the members of cohorts; one that Moodle does not have is refused with `invalidrecord`, and all with it. */
export async function getCohortMembers(client: MoodleCaller, cohortids: number[]): Promise<CohortMember[]> {
  if (cohortids.length === 0) return [];
  const schema = z.array(z.object({ cohortid: z.number(), userids: z.array(z.number()) }));
  const answer = await client.call('core_cohort_get_cohort_members', { cohortids }, schema);
  return answer.flatMap(({ cohortid, userids }) => userids.map((userid) => ({ cohortid, userid })));
}

/**
 * Adds members. Who is one already stays one; an account or cohort that Moodle does not have is passed over, and the others
 * are added. Moodle tells of it by a text in English, which no language pack translates.
 *
 * @returns for each in order, what of it Moodle does not have
 */
export async function addCohortMembers(
  client: MoodleCaller,
  members: CohortMember[],
): Promise<('cohort' | 'user' | undefined)[]> {
  if (members.length === 0) return [];
  const all = members.map(({ cohortid, userid }) => ({
    cohorttype: { type: 'id', value: String(cohortid) },
    usertype: { type: 'id', value: String(userid) },
  }));
  const schema = z.object({ warnings: z.array(z.object({ message: z.string() })) });
  const answer = await client.call('core_cohort_add_cohort_members', { members: all }, schema);
  const said = new Set(answer.warnings.map(({ message }) => message));
  return members.map(({ cohortid, userid }) => {
    if (said.has(`cohort id=${cohortid} not exists`)) return 'cohort';
    return said.has(`user id=${userid} not exists`) ? 'user' : undefined;
  });
}

/** Removes members, all or none. Who is no member is passed over. */
export async function deleteCohortMembers(client: MoodleCaller, members: CohortMember[]): Promise<void> {
  if (members.length === 0) return;
  await client.call('core_cohort_delete_cohort_members', { members }, z.null());
}
