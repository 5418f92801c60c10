import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getCoursesByCategory } from '#shared/moodle/functions/courses.ts';
import { type EnrolledUser, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import { Inventory } from '#shared/moodle/inventory/inventory.ts';
import { byUse, type Twin, type Twins } from './twins.ts';

const isOurs = (idnumber: string) => idnumber.startsWith('oec_');

/**
 * Looks for categories, courses and groups with one of our ID numbers that a Moodle has more than once: from before
 * they were made under a claim, from another system, or by hand. A call for all categories, one for the courses of each
 * category and one for the groups of each course.
 *
 * @param options.isOwn ID numbers of categories and courses to look at; all of ours unless given
 * @param options.inventory what is known of the Moodle already
 * @throws the client's errors
 */
export async function findTwins(
  client: MoodleCaller,
  { isOwn = isOurs, inventory = new Inventory(client) }: Looked = {},
): Promise<Twins[]> {
  await inventory.readCategories();
  const all = [...inventory.categories.values()];
  const categories = new Map(all.filter(({ idnumber }) => isOwn(idnumber)).map((each) => [each.id, each]));
  await inventory.readCoursesIn(categories.keys());
  const inCategory = Map.groupBy(inventory.courses.values(), ({ categoryid }) => categoryid);
  const own = [...categories.keys()].flatMap((id) => inCategory.get(id) ?? []);
  const courses = new Map(own.filter(({ idnumber }) => isOwn(idnumber)).map((each) => [each.id, each]));
  await inventory.readGroups(courses.keys());
  const groups = [...inventory.groups.values()].filter(
    ({ idnumber, courseid }) => isOurs(idnumber) && courses.has(courseid),
  );
  const twins: Twins[] = [];
  for (const [name, same] of repeated(categories.values(), ({ idnumber }) => idnumber)) {
    const holdsOf = async (id: number) => categoryHolds(all, inCategory.get(id) ?? [], id);
    twins.push(await sorted('category', name, same, holdsOf));
  }
  for (const [name, same] of repeated(courses.values(), ({ idnumber }) => idnumber))
    twins.push(await sorted('course', name, same, (id) => courseHolds(client, id)));
  const nameOf = ({ idnumber, courseid }: Group) => `${idnumber}@${courses.get(courseid)!.idnumber}`;
  // Twins of a course may have a group each.
  for (const inCourse of Map.groupBy(groups, ({ courseid }) => courseid).values())
    for (const [name, same] of repeated(inCourse, nameOf))
      twins.push(await sorted('group', name, same, memberCount(client, inCourse[0]!.courseid)));
  return twins;
}

interface Looked {
  isOwn?: (idnumber: string) => boolean;
  inventory?: Inventory;
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
  return mostUsed(ids, memberCount(client, courseid));
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

/** What groups of a course hold, by one call for all. */
function memberCount(client: MoodleCaller, courseid: number): (id: number) => Promise<Twin['holds']> {
  let people: Promise<EnrolledUser[]> | undefined;
  return async (id) => {
    people ??= getEnrolledUsers(client, courseid, { userfields: ['id', 'groups'] });
    return groupHolds(await people, id);
  };
}

/** The ids of those that share a name with another one. */
function repeated<Item extends { id: number }>(
  items: Iterable<Item>,
  nameOf: (item: Item) => string,
): [string, number[]][] {
  const byName = [...Map.groupBy(items, nameOf)].filter(([, same]) => same.length > 1);
  return byName.map(([name, same]) => [name, same.map(({ id }) => id)]);
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
