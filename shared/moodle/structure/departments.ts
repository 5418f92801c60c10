import { departmentIdnumber } from '#shared/models/references.ts';
import { fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { scopeOfDepartment } from '#shared/moodle/instance/scope.ts';
import { idOf, neverSubtracts } from '#shared/moodle/service-parts.ts';
import type { Built } from '#shared/sync/reconcile/entity.ts';
import { pushEntities } from '#shared/sync/reconcile/entity-push.ts';
import { failureOfProblems, scopeUnknown } from '#shared/sync/reconcile/failures.ts';
import type { PushService } from '#shared/sync/reconcile/push-service.ts';
import type { World } from '#shared/sync/reconcile/world.ts';
import { type CategoryFields, categoryAdapter } from './categories.ts';
import { failureOfCircle } from './circle.ts';

const adapter = categoryAdapter((session) => session.instance.category_ids.departments);

/** op.department → a category under its parent department's. Departments cannot be archived, nor categories hidden. */
export const departments: PushService = {
  name: 'departments',
  partial: false,
  targets: async (_world, ids) => new Map(ids.map((id) => [id, [departmentIdnumber(id)]])),
  prepare: (world, idnumbers) =>
    world.load(
      'op.department',
      idnumbers.map((idnumber) => idOf(idnumber, 'department')),
    ),
  build,
  ...neverSubtracts,
  push: (session, items) => pushEntities(session, items, adapter),
};

async function build(world: World, idnumber: string): Promise<Built> {
  const id = idOf(idnumber, 'department');
  const source = { model: 'op.department', id } as const;
  const reading = await world.read('op.department', id);
  if (reading.state === 'missing') return { kind: 'nothing' };
  if (reading.state === 'invalid')
    return { kind: 'failed', source, failure: failureOfProblems(reading.problems) };
  const { record } = reading;
  const circle = await failureOfCircle(world, 'op.department', id);
  if (circle) return { kind: 'failed', source, failure: circle };
  const scope = await scopeOfDepartment(world, id);
  if (scope === 'outside') return { kind: 'nothing' };
  if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
  const hasParent = record.parentId !== undefined && (await isInTree(world, record.parentId));
  const parent = hasParent ? departmentIdnumber(record.parentId!) : '';
  const fields: CategoryFields = { name: record.name, parent };
  return {
    kind: 'entity',
    entity: {
      idnumber,
      service: 'departments',
      source,
      fields,
      payload: fieldsToKeepUp(world.instance, 'category', fields),
      dependencies: parent === '' ? [] : [parent],
      active: true,
    },
  };
}

/** The parent of a department that heads the instance's part of the tree stays outside. One that is unknown is waited for. */
async function isInTree(world: World, parentId: string): Promise<boolean> {
  return (await scopeOfDepartment(world, parentId)) === 'inside';
}
