import { open } from 'node:fs/promises';
import * as z from 'zod';
import { recordId } from '#shared/oec/fields.ts';
import type { OecItem } from './oec-item.ts';

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

const itemSchema = z.looseObject({ model: z.string().min(1), id: recordId });

/**
 * Reads records from a file with one JSON object per line, each with `model` and `id` (number or text) and the
 * fields as Odoo's `read()` gives them. Empty lines are skipped.
 *
 * @throws JsonLineError at the first line that is not such an object; the file's own error if it cannot be read
 */
export async function* readJsonLines(path: string): AsyncGenerator<OecItem> {
  await using file = await open(path);
  let number = 0;
  for await (const line of file.readLines({ encoding: 'utf8' })) {
    number += 1;
    const content = line.replace(/^\ufeff/, '').trim();
    if (content !== '') yield toItem(number, content);
  }
}

function toItem(line: number, content: string): OecItem {
  const item = itemSchema.safeParse(parseJson(line, content));
  if (item.success) return item.data;
  const fields = new Set(item.error.issues.map((issue) => issue.path[0]));
  if (fields.has('model')) throw new JsonLineError(line, 'has no "model" such as "op.student"');
  if (fields.has('id')) throw new JsonLineError(line, 'has no "id" that is a positive whole number');
  throw new JsonLineError(line, 'is not a JSON object');
}

function parseJson(line: number, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new JsonLineError(line, 'is not JSON');
  }
}
