import type { z } from 'zod';
import type { ParseResult, Problem } from './problem.ts';
import { RecordCheck } from './record-check.ts';

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
  build: (fields: z.output<Schema>, check: RecordCheck) => ParsedRecord,
): ParseResult<ParsedRecord> {
  const fields = schema.safeParse(item);
  if (!fields.success) return { ok: false, problems: unreadable(noun, schema, fields.error) };
  const check = new RecordCheck(noun);
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
