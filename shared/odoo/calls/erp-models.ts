import { modelOf, type PushedModel, pushedModels } from '#shared/models/models.ts';
import { fieldsIn } from '#shared/moodle/conventions/template.ts';
import { fieldsOfTemplates } from '#shared/moodle/conventions/templates.ts';
import { type Instance, instanceSchema, ownerOf, takesService } from '#shared/moodle/instance/instance.ts';
import type { ModelFields } from './model-fields.ts';

/** Fields of people that are copied only where a Moodle gets telephone numbers. */
function phonesOf(model: PushedModel): readonly string[] {
  const { contact, notCopied = [] } = modelOf(model).odoo;
  return contact === undefined ? [] : notCopied;
}

/** What an instance says of the models that it takes. */
type Taking = Pick<Instance, 'status' | 'sync_attendance_from' | 'role_ids' | 'course_per'>;

/**
 * The models that are exported, parents before children: attendance, and op.parent, only where a Moodle takes them, terms
 * only where one has courses for them.
 */
export function modelsToExport(instances: readonly Taking[]): PushedModel[] {
  const usual = instanceSchema.parse({ id: 'usual', base_url: 'https://moodle.invalid' });
  const active = [usual, ...instances.filter(({ status }) => status === 'active')];
  return modelsAskedFor({ takesParents: true, readsTerms: readsTerms(instances) }).filter((model) =>
    active.some((instance) => takesService(instance, modelOf(model).service)),
  );
}

/**
 * Whether a Moodle has courses for terms, or has gone back from them: some go on (where it was never set it is undefined);
 * or enrolments that begin or end with a term.
 */
export function readsTerms(
  instances: readonly (Pick<Instance, 'status' | 'course_per'> &
    Partial<Pick<Instance, 'enrolment_period'>>)[],
): boolean {
  return instances.some(({ status, course_per, enrolment_period: { start = '', end = '' } = {} }) => {
    const named = [...fieldsIn(start), ...fieldsIn(end)].map(({ root }) => root);
    const hasCourses = course_per === 'term' || course_per === 'program';
    return status !== 'disabled' && (hasCourses || named.includes('term') || named.includes('year'));
  });
}

/** What of the ERP is needed only where a Moodle asks for it. */
export interface AskedFor {
  /** Whether a Moodle gives parents accounts. */
  takesParents?: boolean;
  /** Whether a Moodle has courses for terms. */
  readsTerms?: boolean;
}

/** What an ERP is asked for at all. */
export function modelsAskedFor(asked: AskedFor): PushedModel[] {
  return pushedModels
    .filter((model) => asked.takesParents || model !== 'op.parent')
    .filter((model) => asked.readsTerms || !model.startsWith('op.academic.'));
}

/** The fields of an enrolment that name terms: copied only where a Moodle has courses for these. */
function termsOf(model: PushedModel): readonly string[] {
  return (model === 'op.student.course' && modelOf(model).odoo.notCopied) || [];
}

/** Fields that are copied only because a Moodle gets them, by model. */
export type WantedFields = ReadonlyMap<PushedModel, ReadonlySet<string>>;

/** What Moodles that are not disabled get besides: telephone numbers, terms, and what templates name. */
export function wantedFields(instances: readonly Instance[]): WantedFields {
  const used = instances.filter(({ status }) => status !== 'disabled');
  const wanted = fieldsOfTemplates(used);
  if (used.some((instance) => ownerOf(instance, 'user.phone1') !== 'moodle'))
    for (const model of pushedModels)
      wanted.set(model, new Set([...(wanted.get(model) ?? []), ...phonesOf(model)]));
  if (readsTerms(used)) {
    const model = 'op.student.course';
    wanted.set(model, new Set([...(wanted.get(model) ?? []), ...termsOf(model)]));
  }
  return wanted;
}

/**
 * The fields that are copied of a model: those that its records are read by, and those by which people and records are
 * recognised. None is copied for its own sake, least of all a person's.
 *
 * @param wanted what of the model a Moodle gets besides
 */
export function copiedFields(model: PushedModel, wanted: ReadonlySet<string> = new Set()): readonly string[] {
  const { fields, odoo } = modelOf(model);
  const left = new Set(odoo.notCopied?.filter((field) => !wanted.has(field)));
  const read = [...Object.keys(fields), ...wanted].filter((field) => field !== 'id' && !left.has(field));
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
export async function gapsOf(fields: ModelFields, asked: AskedFor): Promise<Gap[]> {
  const gaps: Gap[] = [];
  for (const model of modelsAskedFor(asked)) {
    const all = new Set([...phonesOf(model), ...(asked.readsTerms ? termsOf(model) : [])]);
    gaps.push(...(await gapsIn(model, fields, all)));
  }
  return gaps;
}

/** What it lacks of one model. @throws OdooError */
export async function gapsIn(
  model: PushedModel,
  fields: ModelFields,
  wanted: ReadonlySet<string> | undefined,
): Promise<Gap[]> {
  const { fields: read, odoo } = modelOf(model);
  const split = await fields.split(model, copiedFields(model, wanted));
  if (split === undefined) {
    const consequence = odoo.withoutModel ?? 'Nothing can be exported: OpenEduCat itself is not installed.';
    return [{ model, consequence, isNeeded: odoo.withoutModel === undefined }];
  }
  return split.missing.map((field) => {
    const isOfTemplate = wanted?.has(field) && !(field in read);
    const consequence =
      odoo.withoutField?.[field] ??
      (isOfTemplate ? 'Templates of an instance that take it find nothing.' : undefined);
    return {
      model,
      field,
      consequence: consequence ?? 'Records of this model cannot be exported.',
      isNeeded: consequence === undefined,
    };
  });
}
