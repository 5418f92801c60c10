import { MoodleError } from '#shared/moodle/client/errors.ts';
import {
  createCategories,
  getAllCategories,
  getCategoryByIdnumber,
  updateCategories,
} from '#shared/moodle/functions/categories.ts';
import { fieldsToCreate } from '#shared/moodle/instance/ownership.ts';
import type { Entity } from '#shared/moodle/push/entity.ts';
import type { Counterpart, EntityAdapter } from '#shared/moodle/push/entity-push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { categoryInUse } from '#shared/moodle/twins/find-twins.ts';

/**
 * A course category: what departments and programs become. `parent` is the idnumber of the parent, or empty for
 * the category that the instance keeps for those without one.
 */
export type CategoryFields = { name: string; parent: string };

/** Asking for each idnumber takes a call each; from this many on, one call for all categories is less. */
const askForAllFrom = 3;

/** The adapter of categories whose top level is the category with this Moodle id (0: the site's top). */
export function categoryAdapter(topCategory: (context: PushContext) => number): EntityAdapter {
  return {
    lookUpFirst: true,
    lookUp,
    // name, parent, idnumber
    createVariables: 3,
    create: async (context, entities) => {
      const categories = await Promise.all(
        entities.map(async (entity) => {
          const { name, parent } = fieldsToCreate(context.instance, 'category', fieldsOf(entity), [
            'name',
            'parent',
          ]);
          return { name: name!, idnumber: entity.idnumber, parent: await parentId(context, parent!) };
        }),
      );
      return (await createCategories(context.client, categories)).map(({ id }) => id);
    },
    // id, name, parent
    updateVariables: 3,
    // Moodle 4.5 answers `unknowncategory` for a category it does not have (and `unknowcategory` for such a parent).
    isGone: async (_session, _item, error) =>
      error instanceof MoodleError && error.errorcode === 'unknowncategory',
    update: async (context, items) => {
      const categories = await Promise.all(
        items.map(async ({ entity, moodleId }) => {
          const { parent, ...fields } = entity.payload as Partial<CategoryFields>;
          return {
            id: moodleId,
            ...fields,
            ...(parent === undefined ? {} : { parent: await parentId(context, parent) }),
          };
        }),
      );
      await updateCategories(context.client, categories);
      return items.map(() => ({ done: 'updated' }));
    },
  };

  async function parentId(context: PushContext, parent: string): Promise<number> {
    return parent === '' ? topCategory(context) : context.view.moodleId(parent);
  }
}

async function lookUp(context: PushContext, entities: Entity[]): Promise<Map<string, Counterpart>> {
  const wanted = new Set(entities.map(({ idnumber }) => idnumber));
  const categories =
    entities.length >= askForAllFrom
      ? await getAllCategories(context.client)
      : await Promise.all([...wanted].map((idnumber) => getCategoryByIdnumber(context.client, idnumber)));
  const found = new Map<string, Counterpart>();
  const there = categories.filter((category) => category !== undefined);
  for (const [idnumber, same] of Map.groupBy(there, (category) => category.idnumber)) {
    const ids = same.map(({ id }) => id);
    if (wanted.has(idnumber)) found.set(idnumber, { done: await categoryInUse(context.client, ids) });
  }
  return found;
}

function fieldsOf(entity: Entity): CategoryFields {
  return entity.fields as CategoryFields;
}
