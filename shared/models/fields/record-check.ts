import type { z } from 'zod';
import { characterCount, moodleLimits } from './moodle-limits.ts';

/** What kind of rule a record breaks; the sentence for people is in {@link Problem.reason}. */
export type ProblemRule =
  | 'unreadable' // the value has not the shape Odoo gives this field
  | 'required'
  | 'format'
  | 'too-long'
  | 'html'
  | 'own-parent'; // also where others lie between

/**
 * One thing that keeps a record out of Moodle.
 * `field` is the ERP's field name (`email`, `parent_id`); `reason` is a sentence for a registrar that never
 * holds an e-mail address or a person's name, so it may be logged, stored and mailed.
 */
export type Problem = { field: string; rule: ProblemRule; reason: string };

export type ParseResult<ParsedRecord> =
  | { ok: true; record: ParsedRecord }
  | { ok: false; problems: Problem[] };

// PHP's strip_tags, which Moodle cleans names with, starts a tag at "<" unless a blank follows.
const tagStart = /<(?![ \t\n\v\f\r])/u;

/** Whether Moodle would change the text as HTML, and therefore refuse the call that holds it. */
export function readsAsHtml(value: string): boolean {
  return tagStart.test(value);
}

/**
 * Whether the text holds what is no character: a NUL, half of a surrogate pair, U+FFFE or U+FFFF. Moodle cleans those
 * away, and therefore refuses the call; it takes all others (measured on 4.5).
 */
export function isUnstorable(value: string): boolean {
  return /[\0\ufffe\uffff]/u.test(value) || !value.isWellFormed();
}

function labelOf(field: string): string {
  return field.replace(/_id$/, '').replaceAll('_', ' ');
}

/**
 * Collects everything that keeps one record out of Moodle, so that a registrar sees all of it at once.
 * The checking methods return a usable value even after a problem; the record is dropped at the end. A field is named as
 * in the ERP: the sentences call `first_name` first name, and `course_id` course.
 */
export class RecordCheck<Fields extends object = Record<string, unknown>> {
  readonly problems: Problem[] = [];
  /** What the record is called in a sentence: "department", "student". */
  readonly noun: string;
  readonly #fields: Fields;

  constructor(noun: string, fields: Fields) {
    this.noun = noun;
    this.#fields = fields;
  }

  report(field: string, rule: ProblemRule, reason: string): void {
    this.problems.push({ field, rule, reason });
  }

  /** A field's text, which Moodle needs: present, and acceptable by {@link acceptableText}. */
  requiredText(field: keyof Fields & string, limit: number, purpose: string): string {
    return this.requiredValue(field, limit, purpose, this.#fields[field] as string | undefined);
  }

  /** The same of a text that is made of several fields. @param field the one that lacks where there is none */
  requiredValue(field: string, limit: number, purpose: string, value: string | undefined): string {
    if (value !== undefined) return this.acceptableText(field, limit, purpose, value);
    const reason = `This ${this.noun} has no ${labelOf(field)}; Moodle needs one ${purpose}. Enter it in OpenEduCat.`;
    this.report(field, 'required', reason);
    return '';
  }

  /** A text that Moodle stores unchanged: no HTML, not too long, only storable characters. */
  acceptableText(field: string, limit: number, purpose: string, value: string): string {
    if (readsAsHtml(value))
      this.#refuse(field, 'html', 'holds a "<" that Moodle takes for HTML and refuses. Remove it');
    return this.fittingText(field, limit, purpose, value);
  }

  /** A text that Moodle stores unchanged where it takes HTML. */
  fittingText(field: string, limit: number, purpose: string, value: string): string {
    const length = characterCount(value);
    if (isUnstorable(value))
      this.#refuse(field, 'format', 'holds a character that cannot be stored. Type it anew');
    if (length > limit)
      this.#refuse(
        field,
        'too-long',
        `has ${length} characters; at most ${limit} fit ${purpose}. Shorten it`,
      );
    return value;
  }

  #refuse(field: string, rule: ProblemRule, what: string): void {
    this.report(field, rule, `The ${labelOf(field)} of this ${this.noun} ${what} in OpenEduCat.`);
  }

  /** A reference without which the record means nothing in Moodle. */
  requiredReference(field: keyof Fields & string, consequence: string, label = labelOf(field)): string {
    const id = this.#fields[field] as string | undefined;
    if (id !== undefined) return id;
    const reason = `This ${this.noun} names no ${label}, so ${consequence}. Choose the ${label} in OpenEduCat.`;
    this.report(field, 'required', reason);
    return '';
  }

  /** A parent in a tree must be another record; shared/moodle/structure/categories.ts finds longer circles. */
  parent(id: string, parentId: string | undefined): string | undefined {
    const reason = `This ${this.noun} is its own parent. Choose another parent, or none, in OpenEduCat.`;
    if (parentId === id) this.report('parent_id', 'own-parent', reason);
    return parentId;
  }
}

/** The name of a department or program as its category takes it. Moodle takes the name `0` for none. */
export function categoryName(
  name: string | undefined,
  check: Pick<RecordCheck, 'noun' | 'report' | 'requiredValue'>,
): string {
  const reason = `This ${check.noun} is called 0, which Moodle takes for no name at all. Give it another name in OpenEduCat.`;
  if (name === '0') check.report('name', 'format', reason);
  return check.requiredValue('name', moodleLimits.categoryName, 'for the category', name);
}

/**
 * Reads one item of the records table in two stages: first every field must have the shape Odoo gives it, then
 * the record must be one that Moodle can hold. Problems of the second stage are only looked for in a record that
 * can be read.
 *
 * @param noun what the record is called in a sentence, such as "department"
 * @param schema the fields that matter; others are allowed
 * @param build makes the parsed record and reports to `check` whatever Moodle would not take
 */
export function readRecord<Schema extends z.ZodObject, ParsedRecord>(
  noun: string,
  schema: Schema,
  item: unknown,
  build: (fields: z.output<Schema>, check: RecordCheck<z.output<Schema>>) => ParsedRecord,
): ParseResult<ParsedRecord> {
  const fields = schema.safeParse(item);
  if (!fields.success) return { ok: false, problems: unreadable(noun, schema, fields.error) };
  const check = new RecordCheck(noun, fields.data);
  const record = build(fields.data, check);
  return check.problems.length === 0 ? { ok: true, record } : { ok: false, problems: check.problems };
}

/** One problem for each field that cannot be read, however deep in it the trouble lies. */
function unreadable(noun: string, schema: z.ZodObject, error: z.ZodError): Problem[] {
  const names = new Set(error.issues.map((issue) => String(issue.path[0] ?? 'record')));
  return [...names].map((field) => {
    const expected = schema.shape[field]?.description;
    const sentence = expected
      ? `The field ${field} of this ${noun} cannot be read: it must be ${expected}.`
      : `This ${noun} cannot be read: it must be a set of named fields.`;
    return {
      field,
      rule: 'unreadable',
      reason: `${sentence} Correct what the ERP writes to the records table.`,
    };
  });
}
