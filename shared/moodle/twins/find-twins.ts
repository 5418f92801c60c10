import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { type Course, getCoursesByCategory } from '#shared/moodle/functions/courses.ts';
import { type EnrolledUser, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { byUse, type Twin, type Twins } from './twins.ts';

/** Calls at the same time. */
const lanes = 4;

interface Named {
  id: number;
  idnumber: string;
}

const isOurs = (idnumber: string) => idnumber.startsWith('oec_');

/**
 * Looks for categories, courses and groups with one of our ID numbers that a Moodle has more than once: from before
 * they were made under a claim, from another system, or by hand. A call for all categories, one for the courses of each
 * category and one for the groups of each course.
 *
 * @param options.isOwn ID numbers of categories and courses to look at; all of ours unless given
 * @param options.onLook told how many categories and courses were looked into
 * @throws the client's errors
 */
export async function findTwins(
  client: MoodleCaller,
  {
    isOwn = isOurs,
    onLook = () => {},
  }: { isOwn?: (idnumber: string) => boolean; onLook?: (count: number) => void } = {},
): Promise<Twins[]> {
  const own = <Item extends Named>(items: readonly Item[]) => items.filter(({ idnumber }) => isOwn(idnumber));
  const categories = await getAllCategories(client);
  const inCategory = new Map<number, Course[]>();
  await inLanes(own(categories), { lanes, hasTime: () => true }, async ({ id }) => {
    inCategory.set(id, await getCoursesByCategory(client, id));
    onLook(1);
  });
  const courses = own([...inCategory.values()].flat());
  const ofGroups: Twins[] = [];
  await inLanes(courses, { lanes, hasTime: () => true }, async ({ id, idnumber }) => {
    const groups = repeated((await getCourseGroups(client, id)).filter((group) => isOurs(group.idnumber)));
    onLook(1);
    if (groups.size === 0) return;
    const people = await getGroupMembers(client, id);
    for (const [name, same] of groups)
      ofGroups.push(
        await sorted('group', `${name}@${idnumber}`, same, async (group) => groupHolds(people, group)),
      );
  });
  const ofCategories = [...repeated(own(categories))].map(([name, same]) =>
    sorted('category', name, same, async (id) => categoryHolds(categories, inCategory.get(id)!, id)),
  );
  const ofCourses = [...repeated(courses)].map(([name, same]) =>
    sorted('course', name, same, (id) => courseHolds(client, id)),
  );
  return [...(await Promise.all([...ofCategories, ...ofCourses])), ...ofGroups];
}

/** Of several categories with one ID number the one that is most in use. */
export async function categoryInUse(client: MoodleCaller, ids: readonly number[]): Promise<number> {
  return mostUsed(ids, async (id) => ({ courses: (await getCoursesByCategory(client, id)).length }));
}

/** Of several courses with one ID number the one that is most in use. */
export async function courseInUse(client: MoodleCaller, ids: readonly number[]): Promise<number> {
  return mostUsed(ids, (id) => courseHolds(client, id));
}

/** Of several groups of a course with one ID number the one that is most in use. */
export async function groupInUse(
  client: MoodleCaller,
  courseid: number,
  ids: readonly number[],
): Promise<number> {
  let people: Promise<EnrolledUser[]> | undefined;
  return mostUsed(ids, async (id) => {
    people ??= getGroupMembers(client, courseid);
    return groupHolds(await people, id);
  });
}

/**
 * What a category holds.
 *
 * @param all the categories of the site
 * @param courses those in the category
 */
export function categoryHolds(
  all: readonly { parent: number }[],
  courses: readonly unknown[],
  id: number,
): Twin['holds'] {
  return { courses: courses.length, categories: all.filter(({ parent }) => parent === id).length };
}

/** What a course holds: two calls. A service for pushing alone may lack the one that tells the activities. */
export async function courseHolds(client: MoodleCaller, id: number): Promise<Twin['holds']> {
  const people = await getEnrolledUsers(client, id, { userfields: ['id'] });
  try {
    const activities = await getCourseModules(client, id);
    return { people: people.length, activities: activities.length };
  } catch (error) {
    if (!(error instanceof MoodleError) || error.errorcode !== 'accessexception') throw error;
    return { people: people.length };
  }
}

/** What a group holds. @param people those of its course, with their groups */
export function groupHolds(people: readonly EnrolledUser[], id: number): Twin['holds'] {
  return { people: people.filter(({ groups = [] }) => groups.some((group) => group.id === id)).length };
}

function getGroupMembers(client: MoodleCaller, courseid: number): Promise<EnrolledUser[]> {
  return getEnrolledUsers(client, courseid, { userfields: ['id', 'groups'] });
}

/** Those that share an ID number with another one. */
function repeated<Item extends Named>(items: readonly Item[]): Map<string, number[]> {
  const byName = Map.groupBy(items, ({ idnumber }) => idnumber);
  return new Map(
    [...byName].filter(([, same]) => same.length > 1).map(([name, same]) => [name, same.map(({ id }) => id)]),
  );
}

async function sorted(
  kind: Twins['kind'],
  idnumber: string,
  ids: readonly number[],
  holdsOf: (id: number) => Promise<Twin['holds']>,
): Promise<Twins> {
  return { kind, idnumber, twins: (await weighed(ids, holdsOf)) as Twins['twins'] };
}

async function mostUsed(
  ids: readonly number[],
  holdsOf: (id: number) => Promise<Twin['holds']>,
): Promise<number> {
  const [first, ...others] = ids;
  if (first !== undefined && others.length === 0) return first;
  return (await weighed(ids, holdsOf))[0]!.id;
}

/** Things with one ID number and what each holds, the one most in use first. */
export async function weighed(
  ids: readonly number[],
  holdsOf: (id: number) => Promise<Twin['holds']>,
): Promise<Twin[]> {
  const twins = await Promise.all(ids.map(async (id) => ({ id, holds: await holdsOf(id) })));
  return twins.sort(byUse);
}
