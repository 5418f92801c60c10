import type { Program } from '#shared/models/program.ts';
import { departmentIdnumber, programIdnumber } from '#shared/models/references.ts';
import { failureOfProblems, scopeUnknown } from '#shared/moodle/failures.ts';
import { fieldsToKeepUp } from '#shared/moodle/instance/ownership.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import type { Built } from '#shared/moodle/push/entity.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import type { PushService } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { idOf, takesNothingAway } from '#shared/moodle/service-parts.ts';
import { type CategoryFields, categoryAdapter } from './categories.ts';
import { failureOfCircle } from './circle.ts';

const adapter = categoryAdapter((context) => context.instance.category_ids.programs);

/**
 * op.course → a category under its parent program's, else its department's, else the instance's own for programs.
 * Moodle's web services cannot hide a category: an archived program hides its courses instead.
 */
export const programs: PushService = {
  name: 'programs',
  partial: false,
  targets: async (_world, ids) => new Map(ids.map((id) => [id, [programIdnumber(id)]])),
  prepare: (view, idnumbers) =>
    view.load(
      'op.course',
      idnumbers.map((idnumber) => idOf(idnumber, 'program')),
    ),
  build,
  ...takesNothingAway,
  push: (context, items) => pushEntities(context, items, adapter),
};

async function build(view: RecordView, idnumber: string): Promise<Built> {
  const id = idOf(idnumber, 'program');
  const source = { model: 'op.course', id } as const;
  const reading = await view.read('op.course', id);
  if (reading.state === 'missing') return { kind: 'nothing' };
  if (reading.state === 'invalid')
    return { kind: 'failed', source, failure: failureOfProblems(reading.problems) };
  const { record } = reading;
  const circle = await failureOfCircle(view, 'op.course', id);
  if (circle) return { kind: 'failed', source, failure: circle };
  const scope = await scopeOfProgram(view, record);
  if (scope === 'outside') return { kind: 'nothing' };
  if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
  const parent = parentOf(record);
  const fields: CategoryFields = { name: record.name, parent };
  return {
    kind: 'entity',
    entity: {
      idnumber,
      service: 'programs',
      source,
      fields,
      payload: fieldsToKeepUp(view.instance, 'category', fields),
      dependencies: parent === '' ? [] : [parent],
      active: record.active,
    },
  };
}

/** The parent program decides before the department, which Odoo fills in with the clerk's own. */
function parentOf(program: Program): string {
  if (program.parentId !== undefined) return programIdnumber(program.parentId);
  if (program.departmentId !== undefined) return departmentIdnumber(program.departmentId);
  return '';
}
