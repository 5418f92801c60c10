import { batchIdnumber, cohortIdnumber, idOf, programIdnumber } from '#shared/models/references.ts';
import { type ServiceOfKind, serviceModels } from '#shared/models/services.ts';
import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { scopeUnknown } from '#shared/moodle/failures.ts';
import {
  createCohorts,
  getAllCohorts,
  getCohortMembers,
  updateCohorts,
} from '#shared/moodle/functions/cohorts.ts';
import { scopeOfProgram } from '#shared/moodle/instance/scope.ts';
import { foundInUse } from '#shared/moodle/inventory/twins.ts';
import type { Built, Entity } from '#shared/moodle/push/entity.ts';
import type { EntityAdapter } from '#shared/moodle/push/entity-adapter.ts';
import { pushEntities } from '#shared/moodle/push/entity-push.ts';
import { type PushService, takesNothingAway } from '#shared/moodle/push/push-service.ts';
import type { RecordView } from '#shared/moodle/push/record-view.ts';
import { inParts } from '#shared/sync/in-parts.ts';
import { groupName } from './batches.ts';
import { categoryNameOf } from './categories.ts';

/** A cohort of the whole site. One that is hidden goes on, but is offered to nobody who looks for one. */
export type CohortFields = { name: string; visible: boolean };

type CohortService = ServiceOfKind<'cohort'>;

/**
 * The services of models whose records have a cohort each. Its members come with the enrolments of students
 * (enrolments/cohort-members.ts); that of an archived record has lost them, and is hidden.
 */
export const cohorts: { [Name in CohortService]: PushService } = {
  program_cohorts: serviceOf('program_cohorts', programIdnumber),
  batch_cohorts: serviceOf('batch_cohorts', batchIdnumber),
};

function serviceOf(name: CohortService, toOwner: (id: string) => string): PushService<Entity<CohortFields>> {
  const model = serviceModels[name];
  const idIn = (idnumber: string) => idOf(ownerOf(idnumber), model);
  return {
    name,
    partial: false,
    targets: async (_view, ids) => new Map(ids.map((id) => [id, [cohortIdnumber(toOwner(id))]])),
    prepare: (view, idnumbers) => view.load(model, idnumbers.map(idIn)),
    build,
    ...takesNothingAway,
    push: (context, items) => pushEntities(context, items, adapter),
  };

  async function build(view: RecordView, idnumber: string): Promise<Built<Entity<CohortFields>>> {
    const source = { model, id: idIn(idnumber) };
    const reading = await view.read(model, source.id);
    if (reading.state === 'missing') return { kind: 'nothing' };
    if (reading.state === 'invalid') return { kind: 'failed', source, failure: reading.failure };
    const { record } = reading;
    const program = await view.read('op.course', 'programId' in record ? record.programId : record.id);
    // Whose program cannot be read has a failure there already.
    if (program.state !== 'valid') return { kind: 'nothing' };
    const scope = await scopeOfProgram(view, program.record);
    if (scope === 'outside') return { kind: 'nothing' };
    if (scope === 'unknown') return { kind: 'failed', source, failure: scopeUnknown() };
    const active = record.active && program.record.active;
    // As its groups are called, or its category.
    const named =
      'programId' in record
        ? await groupName(view, record)
        : await categoryNameOf(view, 'programs', record.id);
    if (named.failure) return { kind: 'failed', source, failure: named.failure };
    const full = named.fields.name ?? record.name;
    const fields: CohortFields = { name: [...full].slice(0, longestName).join(''), visible: active };
    return {
      kind: 'entity',
      entity: { idnumber, service: name, source, fields, payload: fields, dependencies: [], active },
    };
  }
}

/** Characters; measured on Moodle 4.5. */
const longestName = 254;
/** An update has six form variables for each. */
const updatedTogether = 140;

const adapter: EntityAdapter<CohortFields> = {
  lookUpFirst: false,
  lookUp: async ({ client }, entities) => {
    const there = (await getAllCohorts(client)).map((row) => ({
      ...row,
      idnumber: cohortIdnumber(row.idnumber),
    }));
    const idnumbers = entities.map(({ idnumber }) => idnumber);
    return foundInUse(there, idnumbers, async (id) => ({
      people: (await getCohortMembers(client, [id])).length,
    }));
  },
  create: async ({ client }, entities) => {
    const made = entities.map(({ idnumber, fields }) => ({ ...fields, idnumber: ownerOf(idnumber) }));
    return (await createCohorts(client, made)).map(({ id }) => id);
  },
  isGone: async (_context, _item, error) => error instanceof MoodleError && isMissingRecord(error.errorcode),
  update: async ({ client }, items) => {
    for (const part of inParts(items, updatedTogether)) {
      const changed = part.map(({ entity: { idnumber, fields }, moodleId: id }) => ({
        ...{ id, idnumber: ownerOf(idnumber) },
        ...(fields as CohortFields),
      }));
      await updateCohorts(client, changed);
    }
    return items.map(() => ({ done: 'updated' }));
  },
};

/** The idnumber of the record, which the cohort has in Moodle. */
function ownerOf(idnumber: string): string {
  return idnumber.split('@')[0]!;
}
