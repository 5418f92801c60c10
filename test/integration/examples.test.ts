import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Kit, startKit } from '#test/integration/kit.ts';

const run = promisify(execFile);
const hasPython = await run('python3', ['-c', 'import boto3']).then(
  () => true,
  () => false,
);

const department = { id: 5, name: 'Faculty of Science', code: 'SCI', parent_id: false };
const student = { id: 26, first_name: 'Ana', last_name: 'Sample', email: 'ana@example.org', active: true };
const changes = [
  { model: 'op.department', record: department },
  { model: 'op.student', record: student },
  { model: 'op.student', record: { ...student, id: 27, email: 'ben@example.org' } },
];
const deletion = { model: 'op.student', deleted: 27 };

/** Runs an example with lines of changes, as its head says. */
async function runExample(
  kit: Kit,
  command: string,
  script: string,
  lines: readonly object[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'example-'));
  try {
    const file = join(folder, 'changes.jsonl');
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const env = {
      PATH: process.env.PATH,
      RECORDS_TABLE: kit.cloud.resource('RecordsTableName'),
      AWS_ENDPOINT_URL: kit.cloud.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'example',
      AWS_SECRET_ACCESS_KEY: 'example',
    };
    return (await run(command, [script, file], { env })).stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const examples = [
  {
    language: 'TypeScript',
    command: process.execPath,
    script: 'examples/erp-typescript/write-records.ts',
    canRun: true,
  },
  {
    language: 'Python',
    command: 'python3',
    script: 'examples/erp-python/write_records.py',
    canRun: hasPython,
  },
];

describe.each(examples)('the example of an ERP in $language', ({ command, script, canRun }) => {
  it.skipIf(!canRun)('writes records that arrive, and deletes', async () => {
    await using kit = await startKit({ schedules: 'none' });
    expect(await runExample(kit, command, script, changes)).toBe('3 changes written\n');
    await kit.settle();
    expect([...(await kit.mappings()).keys()].sort()).toEqual([
      'oec_dept_5',
      'oec_student_26',
      'oec_student_27',
    ]);
    expect(await kit.troubles()).toEqual({});
    await runExample(kit, command, script, [deletion]);
    await kit.settle();
    expect((await kit.mapping('oec_student_27'))?.active).toBe(false);
  });
});
