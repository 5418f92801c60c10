import type { Instance } from '#shared/engine/instance.ts';
import type { MoodleCaller } from '#shared/moodle/caller.ts';
import { type Category, getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';
import type { ObservedFields } from './compare-entity.ts';

/** Services whose entities are looked at many in a call. */
export type BulkService = 'departments' | 'programs' | 'subjects' | 'students' | 'faculty';

/** What a Moodle holds under these ids, in the ERP's words; what it does not have is left out. */
export type Observe = (service: BulkService, ids: readonly number[]) => Promise<Map<number, ObservedFields>>;

/**
 * Reads one Moodle in bulk: all categories in one call, courses and accounts many at once.
 *
 * @param nameOf the idnumber of the category that is mapped to an id
 */
export function observer(
  client: MoodleCaller,
  { category_ids: tops }: Pick<Instance, 'category_ids'>,
  nameOf: (category: number) => string | undefined,
): Observe {
  let all: Promise<Category[]> | undefined;
  return async (service, ids) => {
    if (ids.length === 0) return new Map();
    switch (service) {
      case 'departments':
      case 'programs': {
        all ??= getAllCategories(client);
        return fieldsById(await all, ({ name, parent }) => ({
          name,
          parent: nameOf(parent) ?? (parent === tops[service] ? '' : `category ${parent}`),
        }));
      }
      case 'subjects':
        return fieldsById(await getCoursesByIds(client, ids), (course) => ({
          fullname: course.fullname,
          shortname: course.shortname,
          category: nameOf(course.categoryid) ?? `category ${course.categoryid}`,
          visible: course.visible === 1,
        }));
      default: {
        const users = await getUsersByField(client, 'id', ids);
        return fieldsById(users, ({ firstname, lastname, middlename, email, phone1, suspended }) => ({
          ...{ firstname, lastname, middlename, email, phone1, suspended },
        }));
      }
    }
  };
}

function fieldsById<Row extends { id: number }>(
  rows: readonly Row[],
  fieldsOf: (row: Row) => ObservedFields,
): Map<number, ObservedFields> {
  return new Map(rows.map((row) => [row.id, fieldsOf(row)]));
}
