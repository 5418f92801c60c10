import type { MoodleClient } from '#shared/moodle/client/client.ts';
import { type Category, getAllCategories } from '#shared/moodle/functions/categories.ts';
import { type Course, getCoursesByCategory, getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { type Group, getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { Found } from './kinds.ts';

/** Calls under way at once: more would make Moodle slow for the people who use it. */
const lanes = 2;
/** Moodle 4.5 takes a few milliseconds for each course. */
const coursesTogether = 100;

/** The categories and courses of a Moodle. */
export interface MoodleStructure {
  categories: Found[];
  courses: Found[];
  /** The ids of the categories from the top down to one, itself included. */
  pathOf(categoryId: number): number[];
}

/** @param onRead told how many categories have been looked into, and how many there are */
export async function readStructure(
  client: MoodleClient,
  onRead: (done: number, total: number) => void,
): Promise<MoodleStructure> {
  const categories = await getAllCategories(client);
  const courses: Course[] = [];
  let done = 0;
  await inLanes(categories, { lanes, hasTime: () => true }, async ({ id }) => {
    courses.push(...(await getCoursesByCategory(client, id)));
    done += 1;
    onRead(done, categories.length);
  });
  const paths = new Map(categories.map(({ id, path }) => [id, path.split('/').filter(Boolean).map(Number)]));
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const pathOf = (id: number) => paths.get(id) ?? [];
  return {
    categories: categories.map((category) => foundCategory(category, pathOf, names)),
    courses: courses.sort((a, b) => a.id - b.id).map(foundCourse),
    pathOf,
  };
}

/** All categories as they are now. */
export async function categoriesNow(client: MoodleClient): Promise<Found[]> {
  const none = () => [];
  return (await getAllCategories(client)).map((category) => foundCategory(category, none, new Map()));
}

/** The courses of these ids as they are now. */
export async function coursesNow(client: MoodleClient, ids: readonly number[]): Promise<Found[]> {
  const courses: Course[] = [];
  for (let start = 0; start < ids.length; start += coursesTogether)
    courses.push(...(await getCoursesByIds(client, ids.slice(start, start + coursesTogether))));
  return courses.map(foundCourse);
}

/** The groups of these courses, by the course's id. */
export async function readGroups(
  client: MoodleClient,
  courseIds: Iterable<number>,
  onRead: (done: number, total: number) => void = () => {},
): Promise<Map<number, Found[]>> {
  const ids = [...new Set(courseIds)];
  const groups = new Map<number, Found[]>();
  await inLanes(ids, { lanes, hasTime: () => true }, async (id) => {
    groups.set(id, (await getCourseGroups(client, id)).map(foundGroup));
    onRead(groups.size, ids.length);
  });
  return groups;
}

function foundCategory(
  { id, idnumber, name, parent }: Category,
  pathOf: (id: number) => number[],
  names: Map<number, string>,
): Found {
  const path = pathOf(id).map((each) => names.get(each));
  const label = path.length > 0 ? path.join(' / ') : name;
  return { kind: 'category', id, idnumber, label, detail: '', fields: { name, parent }, isProtected: false };
}

function foundCourse({ id, idnumber, fullname, shortname, categoryid, visible }: Course): Found {
  return {
    kind: 'course',
    id,
    idnumber,
    label: `${fullname} (${shortname})`,
    detail: '',
    fields: { fullname, shortname, category: categoryid, visible: visible === 1 },
    isProtected: false,
  };
}

function foundGroup({ id, idnumber, name, courseid }: Group): Found {
  return {
    kind: 'group',
    id,
    idnumber,
    label: name,
    detail: '',
    fields: { name, course: courseid },
    isProtected: false,
  };
}
