import { modelOf, type PushedModel, pushedModels } from '#shared/models/models.ts';
import { type Instance, instanceSchema, ownerOf, takesService } from '#shared/moodle/instance/instance.ts';
import type { ModelFields } from './model-fields.ts';

/** What an instance says of the models that it takes. */
type Taking = Pick<Instance, 'status' | 'sync_attendance_from' | 'role_ids'>;

/** The models that are exported, parents before children: attendance, and op.parent, only where a Moodle takes them. */
export function modelsToExport(instances: readonly Taking[]): PushedModel[] {
  const usual = instanceSchema.parse({ id: 'usual', base_url: 'https://moodle.invalid' });
  const active = [usual, ...instances.filter(({ status }) => status === 'active')];
  return pushedModels.filter((model) =>
    active.some((instance) => takesService(instance, modelOf(model).service)),
  );
}

/** What an ERP is asked for at all: op.parent only where a Moodle asks for it. */
export function modelsAskedFor(takesParents: boolean): PushedModel[] {
  return pushedModels.filter((model) => takesParents || model !== 'op.parent');
}

/** Whether telephone numbers are of any use: a Moodle that is not disabled gets them. */
export function arePhonesSent(instances: readonly Pick<Instance, 'status' | 'field_ownership'>[]): boolean {
  return instances.some(
    (instance) => instance.status !== 'disabled' && ownerOf(instance, 'user.phone1') !== 'moodle',
  );
}

/**
 * The fields that are copied of a model: those that its records are read by, and those by which people and records are
 * recognised. None is copied for its own sake, least of all a person's.
 *
 * @param arePhonesSent whether a Moodle gets telephone numbers
 */
export function copiedFields(model: PushedModel, arePhonesSent: boolean): readonly string[] {
  const { fields, odoo } = modelOf(model);
  const left = new Set(odoo.contact && arePhonesSent ? [] : odoo.notCopied);
  const read = Object.keys(fields).filter((field) => field !== 'id' && !left.has(field));
  return [...new Set([...read, ...(odoo.alsoCopied ?? []), 'write_date'])];
}

/** Something that the ERP lacks, and what follows. */
export type Gap = {
  model: PushedModel;
  /** Undefined where the model itself is missing. */
  field?: string;
  consequence: string;
  /** Whether the export cannot do without it. */
  isNeeded: boolean;
};

/** What the ERP lacks of all that is read from it, model by model. @throws OdooError */
export async function gapsOf(fields: ModelFields, takesParents: boolean): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const model of modelsAskedFor(takesParents)) gaps.push(...(await gapsIn(model, fields, true)));
  return gaps;
}

/** What it lacks of one model. @throws OdooError */
export async function gapsIn(
  model: PushedModel,
  fields: ModelFields,
  arePhonesSent: boolean,
): Promise<Gap[]> {
  const { withoutModel, withoutField } = modelOf(model).odoo;
  const split = await fields.split(model, copiedFields(model, arePhonesSent));
  if (split === undefined) {
    const consequence = withoutModel ?? 'Nothing can be exported: OpenEduCat itself is not installed.';
    return [{ model, consequence, isNeeded: withoutModel === undefined }];
  }
  return split.missing.map((field) => {
    const consequence = withoutField?.[field];
    return {
      model,
      field,
      consequence: consequence ?? 'Records of this model cannot be exported.',
      isNeeded: consequence === undefined,
    };
  });
}
