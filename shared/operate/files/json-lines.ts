import { open } from 'node:fs/promises';
import * as z from 'zod';
import { pullableId } from '#shared/models/fields/fields.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { byteLines } from './byte-lines.ts';

/**
 * A line of a records file that is not a record. The message names the line and never quotes it: it may hold
 * personal data.
 */
export class JsonLineError extends Error {
  override readonly name = 'JsonLineError';
  readonly line: number;

  constructor(line: number, problem: string) {
    super(`Line ${line} ${problem}.`);
    this.line = line;
  }
}

/** What a line of a file of records holds: a record, or a problem that ends the sentence "Line 3 …". */
export type RecordLine = { line: number } & ({ item: RecordItem } | { problem: string });

const itemSchema = z.looseObject({ model: z.string().min(1), id: pullableId });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads records from a text with one JSON object a line, each with `model` and `id` (number or text) and the fields as
 * Odoo's `read()` gives them. Empty lines are skipped.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RecordLine> {
  for await (const { line, bytes } of byteLines(chunks)) {
    const read = readLine(bytes);
    if (read) yield { line, ...read };
  }
}

/**
 * Reads the records of a file with one JSON object a line.
 *
 * @throws JsonLineError at the first line that is no record; the file's own error if it cannot be read
 */
export async function* readJsonLines(path: string): AsyncGenerator<RecordItem> {
  await using file = await open(path);
  for await (const read of jsonLines(file.createReadStream({ autoClose: false }))) {
    if ('problem' in read) throw new JsonLineError(read.line, read.problem);
    yield read.item;
  }
}

/** Undefined for an empty line. */
function readLine(bytes: Uint8Array | undefined): { item: RecordItem } | { problem: string } | undefined {
  if (!bytes) return { problem: 'is too long to be a record' };
  let value: unknown;
  try {
    const text = utf8.decode(bytes).trim();
    if (text === '') return undefined;
    value = JSON.parse(text);
  } catch (error) {
    return { problem: error instanceof SyntaxError ? 'is not JSON' : 'is not text in UTF-8' };
  }
  const item = itemSchema.safeParse(value);
  if (item.success) return { item: item.data };
  const fields = new Set(item.error.issues.map((issue) => issue.path[0]));
  if (fields.has('model')) return { problem: 'has no "model" such as "op.student"' };
  if (fields.has('id')) return { problem: 'has no "id" that is a positive whole number' };
  return { problem: 'is not a JSON object' };
}
