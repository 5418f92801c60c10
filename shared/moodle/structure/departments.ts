import { departmentIdnumber } from '#shared/models/references.ts';
import { failureOfProblems, scopeUnknown } from '#shared/moodle/failures.ts';
import { fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { scopeOfDepartment } from '#shared/moodle/instance/scope.ts';
import type { Built } from '#shared/moodle/push/entity.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { idOf, takesNothingAway } from '#shared/moodle/service-parts.ts';
import { type CategoryFields, categoryAdapter } from './categories.ts';
import { failureOfCircle } from './circle.ts';

const adapter = categoryAdapter((context) => context.instance.category_ids.departments);

/** op.department → a category under its parent department's. Departments cannot be archived, nor categories hidden. */
export const departments: PushService = {
  name: 'departments',
  partial: false,
  targets: async (_world, ids) => new Map(ids.map((id) => [id, [departmentIdnumber(id)]])),
  prepare: (view, idnumbers) =>
    view.load(
      'op.department',
      idnumbers.map((idnumber) => idOf(idnumber, 'department')),
    ),
  build,
  ...takesNothingAway,
  push: (context, items) => pushEntities(context, items, adapter),
};

async function build(view: RecordView, idnumber: string): Promise<Built> {
  const id = idOf(idnumber, 'department');
  const source = { model: 'op.department', id } as const;
  const reading = await view.read('op.department', id);
  if (reading.state === 'missing') return { kind: 'nothing' };
  if (reading.state === 'invalid')
    return { kind: 'failed', source, failure: failureOfProblems(reading.problems) };
  const { record } = reading;
  const circle = await failureOfCircle(view, 'op.department', id);
  if (circle) return { kind: 'failed', source, failure: circle };
  const scope = await scopeOfDepartment(view, id);
  if (scope === 'outside') return { kind: 'nothing' };
  if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
  const hasParent = record.parentId !== undefined && (await isInTree(view, record.parentId));
  const parent = hasParent ? departmentIdnumber(record.parentId!) : '';
  const fields: CategoryFields = { name: record.name, parent };
  return {
    kind: 'entity',
    entity: {
      idnumber,
      service: 'departments',
      source,
      fields,
      payload: fieldsToKeepUp(view.instance, 'category', fields),
      dependencies: parent === '' ? [] : [parent],
      active: true,
    },
  };
}

/** The parent of a department that heads the instance's part of the tree stays outside. One that is unknown is waited for. */
async function isInTree(view: RecordView, parentId: string): Promise<boolean> {
  return (await scopeOfDepartment(view, parentId)) === 'inside';
}
