import * as z from 'zod';
import { isUnstorable, readsAsHtml } from '#shared/models/fields/record-check.ts';
import { modelOf, type PushedModel, pushedModels } from '#shared/models/models.ts';

/** A field that a template names: `{batch.start_date:yyyy}` names `start_date` of the `batch`. */
export interface TemplateField {
  /** What the record is called, such as `batch`; `person` is a student or a teacher. */
  root: string;
  field: string;
  /** How it is written: a date by `yyyy`, `yy`, `MM` and `dd`, a text in `lower` or `upper` case or by its `initial`. */
  format?: string | undefined;
  /** Written `{student.middle_name?}`: nothing stands in its place where the record has none. */
  isOptional: boolean;
}

type Part = string | TemplateField;

/** What a template gave: a text, or the field that a record lacks (or holds in another form than the format takes). */
export type Rendered = { text: string; lacks?: never } | { text?: never; lacks: TemplateField };

/** The fields of a record that a template may name, as the ERP has written them; undefined where there is no such record. */
export type FieldsOfRoot = (root: string) => Readonly<Record<string, unknown>> | undefined;

const place = /\{([^{}]*)\}/g;
const named = /^([a-z]+)\.([a-z][a-z0-9_]*)(\?)?(?::([^?{}]+))?(\?)?$/;
const dateFormat = /^(?:yyyy|yy|MM|dd|[^A-Za-z])+$/;
const textFormats: Readonly<Record<string, (text: string) => string>> = {
  lower: (text) => text.toLowerCase(),
  upper: (text) => text.toUpperCase(),
  initial: (text) => [...text][0] ?? '',
};
const isoDate = /^(\d{4})-(\d{2})-(\d{2})/;

const byNoun: ReadonlyMap<string, readonly PushedModel[]> = new Map<string, readonly PushedModel[]>([
  ...pushedModels.map((model): [string, PushedModel[]] => [modelOf(model).noun, [model]]),
  ['person', ['op.student', 'op.faculty']],
]);

const compiled = new Map<string, readonly Part[]>();

/** The parts of a template that {@link template} has accepted. */
function partsOf(text: string): readonly Part[] {
  const known = compiled.get(text);
  if (known) return known;
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(place)) {
    parts.push(text.slice(end, match.index), fieldNamed(match[1]!) ?? match[0]);
    end = match.index + match[0].length;
  }
  parts.push(text.slice(end));
  const filled = parts.filter((part) => part !== '');
  compiled.set(text, filled);
  return filled;
}

function fieldNamed(text: string): TemplateField | undefined {
  const [, root, field, optional, format, lateOptional] = named.exec(text) ?? [];
  if (root === undefined || field === undefined) return undefined;
  return { root, field, format, isOptional: (optional ?? lateOptional) !== undefined };
}

/** The fields that a template names. */
export function fieldsIn(text: string): TemplateField[] {
  return partsOf(text).filter((part) => typeof part !== 'string');
}

/** A template without what it names of a record that there is not: blanks before it and brackets around it go as well. */
export function withoutRoot(text: string, root: string): string {
  const parts = partsOf(text);
  if (!parts.some((part) => typeof part !== 'string' && part.root === root)) return text;
  return text
    .replace(/ ?\{([a-z]+)\.[^{}]*\}/g, (whole, of: string) => (of === root ? '' : whole))
    .replace(/ ?(?:\([ ,;/-]*\)|\[[ ,;/-]*\])/g, '');
}

/**
 * Fills a template in. What an optional field lacks takes a blank before it along, so that none is doubled.
 *
 * @param fieldsOf the records; a record that is not there has no fields
 */
export function render(text: string, fieldsOf: FieldsOfRoot): Rendered {
  let out = '';
  for (const part of partsOf(text)) {
    if (typeof part === 'string') {
      out += part;
      continue;
    }
    const value = formatted(textOf(fieldsOf(part.root)?.[part.field]), part.format);
    if (value !== undefined) out += value;
    else if (part.isOptional) out = out.replace(/ $/, '');
    else return { lacks: part };
  }
  return { text: out.trim() };
}

/** A value as Odoo's `read()` gives it; of a many2one its display name. */
function textOf(value: unknown): string | undefined {
  const isPair = Array.isArray(value) && value.length === 2 && typeof value[1] === 'string';
  const one = isPair ? value[1] : value;
  if (typeof one === 'number' || one === true) return String(one);
  return typeof one === 'string' ? one.trim() || undefined : undefined;
}

function formatted(value: string | undefined, format: string | undefined): string | undefined {
  if (value === undefined || format === undefined) return value;
  const ofText = textFormats[format];
  if (ofText) return ofText(value);
  const [, year, month, day] = isoDate.exec(value) ?? [];
  if (year === undefined) return undefined;
  const parts: Readonly<Record<string, string | undefined>> = { yy: year.slice(2), MM: month, dd: day };
  return format.replace(/yyyy|yy|MM|dd/g, (name) => parts[name] ?? year);
}

/** What a template is for. */
export interface TemplateUse {
  /** The records that it may name. */
  roots: readonly string[];
  /** Fields of which it has to name one of each list, or what Moodle wants to be unique is not. */
  keepsApart?: readonly (readonly string[])[];
}

/**
 * A text with places for fields of records, such as `{subject.name} {batch.start_date:yyyy}`. Nothing in it is run. It is
 * refused where it names what is not there, or would not keep apart what has to be.
 */
export function template({ roots, keepsApart = [] }: TemplateUse): z.ZodString {
  return z.string().superRefine((text, { addIssue }) => {
    for (const message of [...faults(text, roots), ...confusions(text, keepsApart)]) {
      addIssue({ code: 'custom', message });
    }
  });
}

const date = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const anyDate: Readonly<Record<string, string>> = new Proxy({}, { get: () => '2000-01-31' });

/** Whether a template gives a date: `{batch.start_date}`, or `{batch.end_date:yyyy}-09-30`. */
export function givesDate(text: string): boolean {
  return date.test(render(text, () => anyDate).text ?? '');
}

function faults(text: string, roots: readonly string[]): string[] {
  const rest = text.replace(place, '');
  if (readsAsHtml(rest) || isUnstorable(rest))
    return ['it may hold no HTML, and no characters that cannot be stored'];
  if (/[{}]/.test(rest)) return ['a brace has no counterpart; a field is written {subject.name}'];
  return [...text.matchAll(place)].flatMap(([whole, inside = '']) => {
    const field = fieldNamed(inside);
    if (!field)
      return [
        `${whole} is no field; one is written {subject.name}, {batch.start_date:yyyy} or {student.gr_no?}`,
      ];
    const fault = faultOf(field, roots);
    return fault === undefined ? [] : [`${whole}: ${fault}`];
  });
}

function faultOf({ root, field, format }: TemplateField, roots: readonly string[]): string | undefined {
  if (!roots.includes(root)) return `here it takes fields of ${roots.join(', ')}`;
  if (format !== undefined && !(format in textFormats) && !dateFormat.test(format)) {
    return `the format ${format} is none of ${Object.keys(textFormats).join(', ')}, or of yyyy, yy, MM, dd with signs between`;
  }
  const known = templateFields(root);
  // Odoo's own rule: fields that a school has added begin so.
  if (field.startsWith('x_') || known.includes(field)) return undefined;
  return `a ${root} has no field ${field}; there are ${known.join(', ')}, and fields of the school's own (x_…)`;
}

/** The fields that a template may name of what is called so. */
function templateFields(root: string): string[] {
  const fields = (byNoun.get(root) ?? []).map((model) => {
    const { schema, odoo } = modelOf(model);
    return [...Object.keys(schema.shape), ...(odoo.alsoCopied ?? []), ...(odoo.copiedForTemplates ?? [])];
  });
  const [first = [], ...others] = fields;
  return first.filter((name) => others.every((names) => names.includes(name)));
}

function confusions(text: string, keepsApart: readonly (readonly string[])[]): string[] {
  const kept = new Set(
    fieldsIn(text).flatMap(({ root, field, format, isOptional }) =>
      isOptional || (format !== undefined && format !== 'lower' && format !== 'upper')
        ? []
        : [`${root}.${field}`],
    ),
  );
  return keepsApart
    .filter((names) => !names.some((name) => kept.has(name)))
    .map(
      (names) =>
        `it has to hold ${names.map((name) => `{${name}}`).join(' or ')}, or two could be named alike`,
    );
}

/** The models of a template's root. */
export function modelsOfRoot(root: string): readonly PushedModel[] {
  return byNoun.get(root) ?? [];
}
