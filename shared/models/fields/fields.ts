import * as z from 'zod';

/**
 * The values Odoo's `read()` gives, field by field. An empty field is `false` (never set) or `""` (cleared);
 * a many2one is `[id, "display name"]` in one API and a bare id in another. Each schema's description ends the
 * sentence "… must be", which is how an unreadable value is reported.
 *
 * The unions are flat: one within another explains at length why none of its options fits, for each value that an option
 * of the outer one takes, and sweeps read millions.
 */
const empty = z.literal([false, '', null]).transform(() => undefined);

// Fifteen digits stay exact as a JavaScript number; a leading zero would be another key in the table.
const idNumber = z.int().positive().transform(String);
const idText = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,14}$/);
// The usual first: a reference is a number as Odoo gives it, a record's own id the text that is its key.
const id = z.union([idNumber, idText]);
const ownIds = [idText, idNumber] as const;

const displayName = z.union([z.string(), z.literal(false), z.null()]);
const pair = z.tuple([id, displayName]).transform(([value]) => value);
const bareIds = [idNumber, idText, z.tuple([id]).transform(([value]) => value)] as const;
const referencedId = z.union([pair, ...bareIds]);

/** A record that was made from Moodle, such as `moodle_main_session_12` (shared/moodle/pulls/pulled-ids.ts). */
const pulledId = z
  .string()
  .trim()
  .regex(/^moodle_[a-z0-9-]+_[a-z0-9_]+$/);

function distinctInOrder(ids: Iterable<string>): string[] {
  return [...new Set(ids)].sort((first, second) => Number(first) - Number(second));
}

/** A record's own id: a positive integer or its decimal text; out comes the text. */
export const recordId = z.union(ownIds).describe('a positive whole number');

/** A many2one: empty, an id, or `[id, name]`; out comes the id as text, or undefined. */
export const reference = z
  .union([pair, empty, ...bareIds])
  .optional()
  .describe('empty, the id of a record, or [id, "name"]');

/** A many2one of which the name matters: empty, a name, or `[id, "name"]`; out comes the name, or undefined. */
export const referenceName = z
  .union([
    z.tuple([id, displayName]).transform(([, name]) => (name || '').trim() || undefined),
    z.string().transform((value) => value.trim() || undefined),
    empty,
  ])
  .optional()
  .describe('empty, a name, or [id, "name"]');

/** The id of a record that is either the ERP's own or was made from Moodle. */
export const pullableId = z.union([...ownIds, pulledId]).describe('a positive whole number');

/** A many2one to such a record. */
export const pullableReference = z
  .union([
    pair,
    empty,
    ...bareIds,
    pulledId,
    z.tuple([pulledId]).transform(([value]) => value),
    z.tuple([pulledId, displayName]).transform(([value]) => value),
  ])
  .optional()
  .describe('empty, the id of a record, or [id, "name"]');

/** A many2many: a list or DynamoDB set of ids; out come distinct ids as text, in numeric order. */
export const references = z
  .union([
    z.array(referencedId).transform(distinctInOrder),
    empty.transform((): string[] => []),
    z.set(referencedId).transform(distinctInOrder),
  ])
  .default([])
  .describe('a list of record ids');

/** A text, trimmed; empty ones become undefined. A number is taken as its digits (codes like 101). */
export const text = z
  .union([z.string().transform((value) => value.trim() || undefined), empty, z.number().transform(String)])
  .optional()
  .describe('a text');

/** `active`: a model without the field, or a writer that left it out, means an active record. */
export const active = z
  .union([z.boolean(), z.null().transform(() => true)])
  .default(true)
  .describe('true or false');

/** A value that is looked into later, and over which no record is refused. */
export const anything = z.unknown().optional();

/** A boolean other than `active`: left out means false. */
export const flag = z
  .union([z.boolean(), z.null().transform(() => false)])
  .default(false)
  .describe('true or false');

/** A date `YYYY-MM-DD`, kept as text; empty ones become undefined. */
export const date = z.union([z.iso.date(), empty]).optional().describe('a date like 2026-09-01');

/** One of a selection's stored values; an empty one takes OpenEduCat's default. */
export function selection<const Value extends string>(values: readonly Value[], byDefault: NoInfer<Value>) {
  return z
    .union([z.enum(values), empty.transform(() => byDefault)])
    .default(() => byDefault)
    .describe(`one of ${values.join(', ')}`);
}
