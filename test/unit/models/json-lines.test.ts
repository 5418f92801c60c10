import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordItem } from '#shared/models/records.ts';
import { JsonLineError, readJsonLines } from '#shared/operate/files/json-lines.ts';

/** Array.fromAsync, which this TypeScript's es2024 does not know yet. */
async function collect<Item>(source: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('own records from a JSON-lines file', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'jsonlines-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function itemsOf(content: string): Promise<RecordItem[]> {
    const path = join(directory, 'records.jsonl');
    await writeFile(path, content);
    return collect(readJsonLines(path));
  }

  it('keeps every field and makes the id a text', async () => {
    const lines = [
      '{"model":"op.department","id":5,"name":"Science","parent_id":false}',
      '',
      '{"model":"op.student","id":"26","email":"a@example.org","extra":[1]}',
    ];
    expect(await itemsOf(`\ufeff${lines.join('\r\n')}\n`)).toEqual([
      { model: 'op.department', id: '5', name: 'Science', parent_id: false },
      { model: 'op.student', id: '26', email: 'a@example.org', extra: [1] },
    ]);
  });

  it.each([
    ['{"model":', 'Line 2 is not JSON.'],
    ['[1]', 'Line 2 is not a JSON object.'],
    ['{"id":1}', 'Line 2 has no "model" such as "op.student".'],
    ['{"model":"op.student","id":0}', 'Line 2 has no "id" that is a positive whole number.'],
  ])('names the line of %s', async (line, message) => {
    await expect(itemsOf(`{"model":"op.batch","id":1}\n${line}\n`)).rejects.toThrow(
      new JsonLineError(2, message.slice('Line 2 '.length, -1)),
    );
  });

  it('never quotes what the line holds', async () => {
    const error = await itemsOf('{"model":"op.student","email":"ana@example.org" oops').catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(JsonLineError);
    expect(error).toMatchObject({ line: 1 });
    expect(String(error)).not.toContain('ana');
  });

  it('passes on that a file is not there', async () => {
    await expect(collect(readJsonLines(join(directory, 'none.jsonl')))).rejects.toThrow('ENOENT');
  });
});
