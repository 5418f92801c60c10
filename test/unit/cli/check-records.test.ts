import { expect, it } from 'vitest';
import { CheckedRecords } from '#cli/commands/records/check-records.ts';
import { jsonLines } from '#shared/operate/files/json-lines.ts';

async function* text(lines: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines);
}

it('a line that is nested too deep is a bad line, however deep', async () => {
  const nested = (depth: number) =>
    `{"model":"op.batch","id":1,"name":"B","code":"B","course_id":1,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const checked = new CheckedRecords();
  for await (const read of jsonLines(text([31, 33, 100_000].map(nested).join('\n')))) checked.add(read);
  expect(checked.bad.map(({ line, reason }) => [line, reason])).toEqual([
    [2, 'It is nested deeper than the 32 levels that the records table takes.'],
    [3, 'It is nested deeper than the 32 levels that the records table takes.'],
  ]);
});
