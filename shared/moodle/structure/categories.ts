import { categoryName } from '#shared/models/fields/record-check.ts';
import { modelOf, type RecordOf } from '#shared/models/models.ts';
import { departmentIdnumber, idOf, programIdnumber } from '#shared/models/references.ts';
import { type ServiceName, type ServiceOfKind, serviceModels } from '#shared/models/services.ts';
import { MoodleError } from '#shared/moodle/client/errors.ts';
import { type FilledIn, fillIn } from '#shared/moodle/conventions/fill-in.ts';
import { failureOfProblems, scopeUnknown } from '#shared/moodle/failures.ts';
import {
  createCategories,
  getAllCategories,
  getCategoryByIdnumber,
  updateCategories,
} from '#shared/moodle/functions/categories.ts';
import { getCoursesByCategory } from '#shared/moodle/functions/courses.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import { fieldsToCreate, fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { type Scope, scopeOfDepartment, scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import { foundInUse } from '#shared/moodle/inventory/twins.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import type { Counterpart, EntityAdapter } from '#shared/moodle/push/entity-adapter.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushContext } from '#shared/moodle/push/push-context.ts';
import { oneOfEach, type PushService, takesNothingAway } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import type { Failure } from '#shared/sync/failure.ts';

/**
 * A course category. `parent` is the idnumber of the parent, or empty for the category that the instance keeps for those
 * without one.
 */
export type CategoryFields = { name: string; parent: string };

type CategoryService = ServiceOfKind<'category'>;
type CategoryModel = (typeof serviceModels)[CategoryService];

/** What tells the categories of one model from those of another. */
interface CategoryRules<Model extends CategoryModel> {
  /** Where a record lies, seen from an instance that is for some departments only. */
  scopeOf(view: RecordView, record: RecordOf[Model]): Promise<Scope>;
  /** The idnumber of the category above a record's; empty for the top of the instance's. */
  parentOf(view: RecordView, record: RecordOf[Model]): Promise<string> | string;
}

/**
 * The services of models whose records become categories. Moodle's web services cannot hide a category: an archived program
 * hides its courses instead, and departments cannot be archived.
 */
export const categories: { [Name in CategoryService]: PushService } = {
  /** Under the category of the parent, unless the department heads the instance's part of the tree. */
  departments: categoryService('departments', {
    scopeOf: (view, { id }) => scopeOfDepartment(view, id),
    // A parent that is unknown is waited for.
    parentOf: async (view, { parentId }) =>
      parentId !== undefined && (await scopeOfDepartment(view, parentId)) === 'inside'
        ? departmentIdnumber(parentId)
        : '',
  }),
  /** The parent program decides before the department, which Odoo fills in with the clerk's own. */
  programs: categoryService('programs', {
    scopeOf: scopeOfProgram,
    parentOf: (_view, { parentId, departmentId }) => {
      if (parentId !== undefined) return programIdnumber(parentId);
      return departmentId === undefined ? '' : departmentIdnumber(departmentId);
    },
  }),
};

function categoryService<Name extends CategoryService>(
  name: Name,
  rules: CategoryRules<(typeof serviceModels)[Name]>,
): PushService<Entity<CategoryFields>> {
  const model: (typeof serviceModels)[Name] = serviceModels[name];
  const adapter = categoryAdapter(name);
  return {
    ...oneOfEach(name),
    build,
    ...takesNothingAway,
    push: (context, items) => pushEntities(context, items, adapter),
  };

  async function build(view: RecordView, idnumber: string): Promise<Built<Entity<CategoryFields>>> {
    const id = idOf(idnumber, model);
    const source = { model, id };
    const reading = await view.read(model, id);
    if (reading.state === 'missing') return { kind: 'nothing' };
    if (reading.state === 'invalid') return { kind: 'failed', source, failure: reading.failure };
    const { record } = reading;
    const circle = await failureOfCircle(view, model, id);
    if (circle) return { kind: 'failed', source, failure: circle };
    const scope = await rules.scopeOf(view, record);
    if (scope === 'outside') return { kind: 'nothing' };
    if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
    const parent = await rules.parentOf(view, record);
    const named = await categoryNameOf(view, name, id);
    if (named.failure) return { kind: 'failed', source, failure: named.failure };
    const fields: CategoryFields = { name: named.fields.name ?? record.name, parent };
    return {
      kind: 'entity',
      entity: {
        idnumber,
        service: name,
        source,
        fields,
        payload: fieldsToKeepUp(view.instance, 'category', fields),
        dependencies: parent === '' ? [] : [parent],
        active: !('active' in record) || record.active === true,
      },
    };
  }
}

/** What the category of a record is called. */
export async function categoryNameOf(
  view: RecordView,
  service: CategoryService,
  id: string,
): Promise<FilledIn<'name'>> {
  const model: CategoryModel = serviceModels[service];
  const { noun } = modelOf(model);
  const reading = await view.read(model, id);
  return fillIn({
    instance: view.instance,
    service,
    noun,
    records: {
      department: async () => {
        const known =
          reading.state === 'valid' && 'departmentId' in reading.record ? reading.record : undefined;
        return known?.departmentId === undefined ? undefined : view.read('op.department', known.departmentId);
      },
      [noun]: async () => reading,
    },
    rules: { name: categoryName },
  });
}

/** Why a record that lies above itself has no place in Moodle; undefined where its parents have an end, or a circle of their own. */
async function failureOfCircle(
  view: RecordView,
  model: CategoryModel,
  id: string,
): Promise<Failure | undefined> {
  const path = [id];
  const parentOf = async (child: string) => {
    const reading = await view.read(model, child);
    return reading.state === 'valid' && 'parentId' in reading.record ? reading.record.parentId : undefined;
  };
  for (let parent = await parentOf(id); parent !== id; parent = await parentOf(parent)) {
    if (parent === undefined || path.includes(parent)) return undefined;
    path.push(parent);
  }
  const ids = path.toSorted((one, other) => Number(one) - Number(other)).join(', ');
  return failureOfProblems([
    {
      field: 'parent_id',
      rule: 'own-parent',
      reason: `The ${modelOf(model).noun}s ${ids} lie below each other in a circle. Give one of them another parent, or none, in OpenEduCat.`,
    },
  ]);
}

/** The Moodle id of the category in which those of a service lie that have none above them; 0 is the site's top. */
export function topCategory({ category_ids }: Pick<Instance, 'category_ids'>, service: ServiceName): number {
  const tops: Partial<Record<ServiceName, number>> = category_ids;
  return tops[service] ?? 0;
}

/** Asking for each idnumber takes a call each; from this many on, one call for all categories is less. */
const askForAllFrom = 3;

function categoryAdapter(service: CategoryService): EntityAdapter<CategoryFields> {
  return {
    lookUpFirst: true,
    lookUp,
    create: async (context, entities) => {
      const categories = await Promise.all(
        entities.map(async (entity) => {
          const { name, parent } = fieldsToCreate(context.instance, 'category', entity.fields, [
            'name',
            'parent',
          ]);
          return { name: name!, idnumber: entity.idnumber, parent: await parentId(context, parent!) };
        }),
      );
      return (await createCategories(context.client, categories)).map(({ id }) => id);
    },
    // Moodle 4.5 answers `unknowncategory` for a category it does not have (and `unknowcategory` for such a parent).
    isGone: async (_session, _item, error) =>
      error instanceof MoodleError && error.errorcode === 'unknowncategory',
    update: async (context, items) => {
      const categories = await Promise.all(
        items.map(async ({ entity, moodleId }) => {
          const { parent, ...fields } = entity.payload;
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
    return parent === '' ? topCategory(context.instance, service) : context.view.moodleId(parent);
  }
}

async function lookUp(context: PushContext, entities: readonly Entity[]): Promise<Map<string, Counterpart>> {
  const { client } = context;
  const idnumbers = entities.map(({ idnumber }) => idnumber);
  const categories =
    entities.length >= askForAllFrom
      ? await getAllCategories(client)
      : await Promise.all(idnumbers.map((idnumber) => getCategoryByIdnumber(client, idnumber)));
  const there = categories.filter((category) => category !== undefined);
  return foundInUse(there, idnumbers, async (id) => ({
    courses: (await getCoursesByCategory(client, id)).length,
  }));
}
