import { modelOf, type PushedModel, pushedModels } from '#shared/models/models.ts';
import { type Instance, ownerOf, takesAttendanceFromErp } from '#shared/moodle/instance/instance.ts';
import type { ModelFields } from './model-fields.ts';

/** The models that are exported, parents before children: attendance only where a Moodle takes it from the ERP. */
export function modelsToExport(
  instances: readonly Pick<Instance, 'status' | 'sync_attendance_from'>[],
): PushedModel[] {
  const takesAttendance = instances.some(
    (instance) => instance.status === 'active' && takesAttendanceFromErp(instance),
  );
  return pushedModels.filter((model) => takesAttendance || !model.startsWith('op.attendance.'));
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
  const left = new Set(odoo.hasContact && arePhonesSent ? [] : odoo.notCopied);
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
export async function gapsOf(fields: ModelFields): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const model of pushedModels) gaps.push(...(await gapsIn(model, fields, true)));
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
