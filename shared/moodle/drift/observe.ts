import { kindOfService, prefixes, type ServiceOfKind } from '#shared/models/services.ts';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { type Category, getAllCategories } from '#shared/moodle/functions/categories.ts';
import { type Course, getCoursesByCategory, getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { fieldsOf, type ObservedFields } from '#shared/moodle/inventory/observed.ts';
import { topCategory } from '#shared/moodle/structure/categories.ts';
import { categoryHolds, courseHolds } from '#shared/moodle/twins/find-twins.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { idsByName, type Named } from './compare-twins.ts';

/** Services whose entities are looked at many in a call. */
export type BulkService = ServiceOfKind<'category' | 'course' | 'account'>;

/** What a Moodle holds. */
export interface Observed {
  /** By the ids asked for, in the ERP's words; what it does not have is left out. */
  fields: ReadonlyMap<number, ObservedFields>;
  /** Absent of accounts: they are looked up by ID number before any is made. */
  named?: Named;
}
export type Observe = (service: BulkService, ids: readonly number[]) => Promise<Observed>;

/** Calls at the same time. */
const lanes = 4;

/**
 * Reads one Moodle in bulk: all categories in one call, courses and accounts many at once. A call for each program's
 * category tells whether a course is there twice.
 *
 * @param nameOf the idnumber of the category that is mapped to an id
 */
export function observer(
  client: MoodleCaller,
  instance: Pick<Instance, 'category_ids'>,
  nameOf: (category: number) => string | undefined,
): Observe {
  let all: Promise<Category[]> | undefined;
  const categories = () => {
    all ??= getAllCategories(client);
    return all;
  };
  let courses: Promise<Named> | undefined;
  return async (service, ids) => {
    if (ids.length === 0) return { fields: new Map() };
    switch (kindOfService[service]) {
      case 'category': {
        const there = await categories();
        return {
          fields: fieldsById(there, ({ name, parent }) => ({
            name,
            parent: nameOf(parent) ?? (parent === topCategory(instance, service) ? '' : `category ${parent}`),
          })),
          named: {
            ids: idsByName(there, ({ idnumber }) => idnumber),
            holdsOf: async (id) => categoryHolds(there, await getCoursesByCategory(client, id), id),
          },
        };
      }
      case 'course':
        courses ??= categories().then((there) => coursesOfPrograms(client, there));
        return {
          fields: fieldsById(await getCoursesByIds(client, ids), (course) => ({
            ...fieldsOf.course(course),
            category: nameOf(course.categoryid) ?? `category ${course.categoryid}`,
          })),
          named: await courses,
        };
      default:
        return { fields: fieldsById(await getUsersByField(client, 'id', ids), fieldsOf.account) };
    }
  };
}

/** The courses in the categories of programs, twins of such categories included. */
async function coursesOfPrograms(client: MoodleCaller, categories: readonly Category[]): Promise<Named> {
  const ofPrograms = categories.filter(({ idnumber }) => idnumber.startsWith(prefixes.programs));
  const courses: Course[] = [];
  await inLanes(ofPrograms, { lanes }, async ({ id }) => {
    courses.push(...(await getCoursesByCategory(client, id)));
  });
  return {
    ids: idsByName(courses, ({ idnumber }) => idnumber),
    holdsOf: (id) => courseHolds(client, id),
  };
}

function fieldsById<Row extends { id: number }>(
  rows: readonly Row[],
  fieldsOf: (row: Row) => ObservedFields,
): Map<number, ObservedFields> {
  return new Map(rows.map((row) => [row.id, fieldsOf(row)]));
}
