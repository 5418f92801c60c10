import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { type EnrolledUser, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { conflict, type Failure } from '#shared/sync/failure.ts';
import { Inventory } from './inventory.ts';

/** One of several things in Moodle with one ID number, and how much of what it holds: `{ people: 12, activities: 1 }`. */
export interface Twin {
  id: number;
  holds: Readonly<Record<string, number>>;
}

/** What Moodle has more than once although an ID number of ours says that it is one; the one most in use first. */
export interface Twins {
  kind: 'category' | 'course' | 'group';
  /** Of the mapping: of a group `oec_batch_3@oec_subj_15_course_7`. */
  idnumber: string;
  twins: [Twin, ...Twin[]];
}

/** What one thing holds. */
export type HoldsOf = (id: number) => Promise<Twin['holds']>;

type Row = { id: number; idnumber: string };

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
  const courses = (await inventory.coursesUnder(isOwn)).filter(({ idnumber }) => isOwn(idnumber));
  const categories = [...inventory.categories.values()].filter(({ idnumber }) => isOwn(idnumber));
  const names = new Map(courses.map(({ id, idnumber }) => [id, idnumber]));
  await inventory.readGroups(names.keys());
  const groups = [...inventory.groups.values()].filter(
    ({ idnumber, courseid }) => isOurs(idnumber) && names.has(courseid),
  );
  const twins: Twins[] = [];
  const add = async (kind: Twins['kind'], rows: readonly Row[], holdsOf: HoldsOf, course = '') => {
    for (const [idnumber, same] of Map.groupBy(rows, (row) => row.idnumber)) {
      if (same.length === 1) continue;
      const weighed = await byUse(idsOf(same), holdsOf);
      twins.push({ kind, idnumber: `${idnumber}${course}`, twins: weighed as Twins['twins'] });
    }
  };
  await add('category', categories, (id) => categoryHolds(inventory, id));
  await add('course', courses, (id) => courseHolds(client, id));
  // Twins of a course may have a group each.
  for (const [courseid, inCourse] of Map.groupBy(groups, (group) => group.courseid))
    await add('group', inCourse, groupsHold(client, courseid), `@${names.get(courseid)}`);
  return twins;
}

interface Looked {
  isOwn?: (idnumber: string) => boolean;
  inventory?: Inventory;
}

/** What a category holds. All categories of the site are read. */
export async function categoryHolds(inventory: Inventory, id: number): Promise<Twin['holds']> {
  await inventory.readCoursesIn([id]);
  const courses = [...inventory.courses.values()].filter(({ categoryid }) => categoryid === id);
  const categories = [...inventory.categories.values()].filter(({ parent }) => parent === id);
  return { courses: courses.length, categories: categories.length };
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

/** What groups of a course hold, by one call for all. */
export function groupsHold(client: MoodleCaller, courseid: number): HoldsOf {
  let people: Promise<EnrolledUser[]> | undefined;
  return async (id) => {
    people ??= getEnrolledUsers(client, courseid, { userfields: ['id', 'groups'] });
    return groupHolds(await people, id);
  };
}

/** What a group holds. @param people those of its course, with their groups */
export function groupHolds(people: Iterable<EnrolledUser>, id: number): Twin['holds'] {
  const members = [...people].filter(({ groups = [] }) => groups.some((group) => group.id === id));
  return { people: members.length };
}

/** The ids of rows by idnumber: several of twins. */
export function idsByIdnumber(rows: Iterable<Row>): Map<string, number[]> {
  return new Map(
    [...Map.groupBy(rows, ({ idnumber }) => idnumber)].map(([name, same]) => [name, idsOf(same)]),
  );
}

/** What Moodle has of what has these idnumbers; of twins the one most in use. */
export async function foundInUse(
  rows: Iterable<Row>,
  idnumbers: Iterable<string>,
  holdsOf: HoldsOf,
): Promise<Map<string, { done: number }>> {
  const byIdnumber = Map.groupBy(rows, ({ idnumber }) => idnumber);
  const found = new Map<string, { done: number }>();
  for (const idnumber of new Set(idnumbers)) {
    const same = byIdnumber.get(idnumber);
    if (same) found.set(idnumber, { done: await idInUse(same, holdsOf) });
  }
  return found;
}

/** The id of a row; of twins that of the one most in use. */
export async function idInUse(same: readonly Row[], holdsOf: HoldsOf): Promise<number> {
  return same.length === 1 ? same[0]!.id : (await byUse(idsOf(same), holdsOf))[0]!.id;
}

/** Twins and what each holds: the one that holds most, and of those that hold as much the oldest, first. */
export async function byUse(ids: readonly number[], holdsOf: HoldsOf): Promise<Twin[]> {
  const twins = await Promise.all(ids.map(async (id) => ({ id, holds: await holdsOf(id) })));
  const total = ({ holds }: Twin) => Object.values(holds).reduce((sum, count) => sum + count, 0);
  return twins.sort((one, other) => total(other) - total(one) || one.id - other.id);
}

const plurals = { category: 'categories', course: 'courses', group: 'groups' } as const;

/**
 * The conflict that twins are.
 *
 * @param used the Moodle id in the mapping, where there is one; else the one most in use is meant to be kept
 */
export function twinsConflict({ kind, idnumber, twins }: Twins, used = twins[0].id): Failure {
  return conflict(
    'twins',
    `Moodle has ${twins.length} ${plurals[kind]} with the ID number ${idnumber}: ${twinList(twins)}. ${used} is the one in use.`,
    `Move what is needed from the others into ${used}, then delete them or clear their ID numbers.`,
  );
}

/** Each with its Moodle id and what it holds: `7 (12 people, 1 activities), 9 (0 people, 0 activities)`. */
export function twinList(twins: readonly Twin[]): string {
  return twins
    .map(({ id, holds }) => {
      const counts = Object.entries(holds).map(([what, count]) => `${count} ${what}`);
      return `${id} (${counts.join(', ')})`;
    })
    .join(', ');
}

function idsOf(rows: readonly Row[]): number[] {
  return rows.map(({ id }) => id);
}
