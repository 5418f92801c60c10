import { RecordCheck } from '#shared/models/fields/record-check.ts';
import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { ServiceName } from '#shared/models/services.ts';
import { failureOfProblems } from '#shared/moodle/failures.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { Reading } from '#shared/moodle/push/record-view.ts';
import { type Failure, missingDependency } from '#shared/sync/failure.ts';
import { fieldsIn, render, type TemplateField } from './template.ts';
import { type TemplateInUse, templatesOf } from './templates.ts';

/** Reads the record of each root that a template may name; undefined where there is none. Only those are read that are named. */
export type RecordsOfRoots = Readonly<Record<string, () => Promise<Reading<PushedModel> | undefined>>>;

/** Reports whatever Moodle would not take of a text that was filled in, by the field of the entity that it is for. */
export type TextRules<Field extends string> = Readonly<
  Record<Field, (text: string | undefined, check: RecordCheck) => unknown>
>;

/** What the fields of an entity are called in Moodle, or why that cannot be said. */
export type FilledIn<Field extends string> =
  | { fields: Partial<Record<Field, string>>; failure?: never }
  | { failure: Failure };

/** An entity whose fields are made by templates. */
interface ToFillIn<Field extends string> {
  instance: Instance;
  service: ServiceName;
  /** What the entity is called in a sentence. */
  noun: string;
  records: RecordsOfRoots;
  rules: TextRules<Field>;
  /** The template as it is for this one. */
  textOf?: (template: TemplateInUse) => string;
}

/** Fills in the templates that an instance has for some fields of one entity. */
export async function fillIn<Field extends string>({
  instance,
  service,
  noun,
  records,
  rules,
  textOf = ({ text }) => text,
}: ToFillIn<Field>): Promise<FilledIn<Field>> {
  const templates = templatesOf(instance)
    .filter((each) => each.service === service && each.field in rules)
    .map((each) => ({ ...each, text: textOf(each) }));
  const items = new Map<string, RecordItem>();
  for (const root of new Set(templates.flatMap(({ text }) => fieldsIn(text).map((named) => named.root)))) {
    const reading = await records[root]?.();
    if (reading?.state === 'invalid')
      return { failure: missingDependency(`Its ${root} cannot be pushed: ${reading.failure.reason}`) };
    if (reading?.state === 'valid') items.set(root, reading.item);
  }
  const fields: Partial<Record<Field, string>> = {};
  for (const template of templates) {
    const { text, lacks } = render(template.text, (root) => items.get(root));
    if (lacks) return { failure: failureOfLack(template, lacks, items.get(lacks.root)) };
    const check = new RecordCheck(noun, {});
    rules[template.field as Field](text || undefined, check);
    if (check.problems.length > 0) return { failure: failureOfText(template, check) };
    fields[template.field as Field] = text;
  }
  return { fields };
}

function failureOfText({ setting, text }: TemplateInUse, { problems }: RecordCheck): Failure {
  const failure = failureOfProblems(problems);
  return {
    ...failure,
    ...(fieldsIn(text)[0] && { field: fieldsIn(text)[0]!.field }),
    reason: `${failure.reason} It is made by ${setting}=${text}.`,
    advice:
      'Correct the record in the ERP, or the template of the instance; it is pushed again as soon as either changes.',
  };
}

function failureOfLack(
  { setting }: TemplateInUse,
  { root, field, format }: TemplateField,
  item: RecordItem | undefined,
): Failure {
  const what = `${setting} takes {${root}.${field}}`;
  if (item && !(field in item))
    return {
      ...missingDependency(`${what}, which the records table does not hold of ${root} ${item.id}.`, field),
      advice:
        'The next run of the export copies it; an ERP that writes the table itself has to write it (docs/data-contract.md).',
    };
  const form = format === undefined ? '' : ` that can be written as ${format}`;
  const lack = item ? `${root} ${item.id} has none${form}` : `there is no ${root}`;
  const optional = `{${root}.${field}?}`;
  return {
    ...failureOfProblems([{ field, rule: 'required', reason: `${what}, and ${lack}.` }]),
    advice: `Enter it in OpenEduCat, or write ${optional} in ${setting} where it may be empty.`,
  };
}
