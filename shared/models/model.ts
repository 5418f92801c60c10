import * as z from 'zod';
import { type ReleaseLimits, widestLimits } from './fields/moodle-limits.ts';
import { type ParseResult, type RecordCheck, readRecord } from './fields/record-check.ts';
import type { ServiceName, SweepName } from './services.ts';

/**
 * Something that is pushed because a record has changed: the records of one service that are found on a way from it.
 * Where in doubt a ripple names more than needed: what has not really changed costs no call.
 */
export interface Ripple {
  push: ServiceName;
  /**
   * Steps from the record to those whose ids the service takes; without a way the record's own. `<op.batch` leads to the
   * records of op.batch that refer to it, `>op.subject` to those that it refers to itself (before the change, or after),
   * `<op.course*` to those that refer to it, to those that refer to these and so on, and leaves the record in.
   */
  way?: string;
  /** Only where one of these fields has changed, or the record is new, gone or put right. */
  when?: readonly string[];
  /** Only in instances where courses have a time of their own, or had once (`course_per`). */
  isOfCourseTime?: true;
}

/** What Odoo is asked for of a model, beside its fields, and what follows where a school's ERP lacks it. */
interface ModelInOdoo {
  /** Fields that are copied although no record is read by them: people and records are recognised by them. */
  alsoCopied?: readonly string[];
  /** Further fields of OpenEduCat's that are copied where a template of an instance names them. */
  copiedForTemplates?: readonly string[];
  /** Fields of the schema that are not copied: what a pull adds, and telephone numbers where no Moodle gets them. */
  notCopied?: readonly string[];
  /** What follows where the ERP has no such model; every school has the others. */
  withoutModel?: string;
  /** What follows where it has no such field; one that is not named here is needed. */
  withoutField?: Readonly<Record<string, string>>;
  /** The field that names the contact of which a record has its name or address: changes of it are not dated on the record. */
  contact?: string;
  /** Whether all fields are compared, and not only dates: a reference is lost without a date where its record is deleted. */
  isComparedWhole?: boolean;
  /** Fields that name records which the import may have made; undefined where the import makes none of this model. */
  importedReferences?: Readonly<Record<string, string>>;
}

/** What the fields of a record are once they are read. */
type FieldsOf<Fields extends z.ZodRawShape> = z.output<z.ZodObject<Fields>>;

/** All that is to be known of a model of the ERP that is pushed to Moodle. */
export interface Model<Name extends string, Fields extends z.ZodRawShape, Parsed> {
  name: Name;
  /** What a record is called in a sentence, such as "department". */
  noun: string;
  /** The fields that matter, and how each is read. */
  fields: Fields;
  /** Makes the record, and reports to `check` whatever Moodle would not take. */
  read(fields: FieldsOf<Fields>, check: RecordCheck<FieldsOf<Fields>>, limits: ReleaseLimits): Parsed;
  /** The fields that name records whose change concerns this one. */
  refersTo: Readonly<Record<string, string>>;
  /** The service that brings it to Moodle, or that of the record that it belongs to. */
  service: ServiceName;
  /** The sweep that looks through it; a model that is looked through with another has none. */
  sweep?: SweepName;
  /** What is pushed after a change. */
  ripples: readonly Ripple[];
  /** What is pushed once it has another id in Moodle: what is in it there, or refers to it. `@op.course`: that of its idnumber. */
  moved?: readonly Ripple[];
  odoo: ModelInOdoo;
  /** English headings of OpenEduCat's fields where Odoo does not make them from the field's name, in lower case. */
  headings?: Readonly<Record<string, string>>;
}

/** A model with what is made of its definition. */
export interface DefinedModel<Name extends string, Fields extends z.ZodRawShape, Parsed>
  extends Model<Name, Fields, Parsed> {
  schema: z.ZodObject<Fields>;
  /** See `parseRecord` in models.ts. */
  parse(item: unknown, limits?: ReleaseLimits): ParseResult<Parsed>;
}

/** What follows in a model that can be archived where the ERP has no such field. */
export const withoutActive = { active: 'Every record counts as active; a record that ends must be deleted.' };

/** Defines a model; models.ts lists them all. */
export function defineModel<const Name extends string, Fields extends z.ZodRawShape, Parsed>(
  model: Model<Name, Fields, Parsed>,
): DefinedModel<Name, Fields, Parsed> {
  const schema = z.object(model.fields);
  return {
    ...model,
    schema,
    parse: (item, limits = widestLimits) =>
      readRecord(model.noun, schema, item, (fields, check) => model.read(fields, check, limits)),
  };
}

/** What a model's records are read into. */
// biome-ignore lint/suspicious/noExplicitAny: whatever its fields are.
export type RecordOfModel<Defined extends { read(...parts: any[]): unknown }> = ReturnType<Defined['read']>;

/** Ripples from records at the end of a way. */
export function along(way: string, ripples: readonly Ripple[], when?: readonly string[]): Ripple[] {
  return ripples.map((ripple) => ({
    push: ripple.push,
    way: ripple.way === undefined ? way : `${way} ${ripple.way}`,
    ...(when && { when }),
  }));
}
