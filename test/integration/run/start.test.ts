import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '#infra/project-root.ts';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { SimulatedOdoo } from '#local/odoo/simulated-odoo.ts';
import { School } from '#test/integration/erp/school.ts';
import { batch, department, enrolment, program, student, subject } from '#test/integration/kit.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oec-run-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `npm start -- …` as a user would, and answers what it printed and its exit code. */
async function start(...options: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ['local/start.ts', ...options], { cwd: projectRoot });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const lines = (...items: unknown[]) => items.map((item) => JSON.stringify(item)).join('\n');

describe('npm start', () => {
  it('brings the demo university to Moodle, and back what teachers did there: once, and only what changed', async () => {
    const { code, output } = await start();
    expect(output).toContain('Every good record arrived.');
    expect(output).toMatch(/unchanged but for its write_date:\n {2}1358 records \([\d.]+ s\): no call/);
    expect(output).toContain('Calls that could change something: 0.');
    for (const model of ['op.result.line', 'op.exam.attendees', 'op.attendance.line', 'op.student.course'])
      expect(output).toContain(`│ ${model} `);
    const written = [...output.matchAll(/Records written: (\d+)\./g)].map(([, count]) => count);
    expect(written).toEqual(['0', '3']);
    expect(code).toBe(0);
  });

  it("pushes a user's own records and ends well although one is at fault itself", async () => {
    const records = [
      department(1),
      { model: 'res.partner', id: 4 },
      program(1, { department_id: 1 }),
      student(1),
      student(2, { email: false }),
      department(1, { name: 'Later' }),
    ];
    const { code, output } = await start('--records', await file('own.jsonl', lines(...records)));
    expect(output).toContain('Replaced by a later line of the same record: 1.');
    expect(output).toContain('of models that are not pushed: res.partner × 1.');
    expect(output).toContain('The ERP writes 4 records.');
    expect(output).toContain('op.student 2 · invalid · This student has no e-mail address');
    expect(output).toContain('Calls that could change something: 0.');
    expect(output).toContain('Every good record arrived.');
    expect(code).toBe(0);
  });

  it('pushes to a Moodle that is given, and never shows its token', async () => {
    const moodle = await SimulatedMoodle.start({});
    const records = await file('real.jsonl', lines(department(1), student(1)));
    const token = await file('token', `${moodle.token}\n`);
    const { code, output } = await start(
      '--records',
      records,
      '--moodle-url',
      moodle.url,
      '--token-file',
      token,
    );
    expect(moodle.siteState.userByIdnumber('oec_student_1')?.username).toBe('student1@example.org');
    expect(moodle.siteState.mails.size).toBe(0);
    expect(output).not.toContain(moodle.token);
    expect(code).toBe(0);
    await moodle.stop();
  });

  it('fails, and names the records, where Moodle refused them, or said yes and did nothing', async () => {
    const moodle = await SimulatedMoodle.start({ settings: { refusedEmailDomains: ['denied.example'] } });
    moodle.intercept((call, proceed) =>
      call.function === 'core_group_add_group_members'
        ? Promise.resolve({ kind: 'value', value: null })
        : proceed(),
    );
    const structure = [program(1, { subject_ids: [1] }), subject(1), batch(1, 1)];
    const people = [student(7), student(8, { email: 'eight@denied.example' })];
    const records = await file('lost.jsonl', lines(...structure, ...people, enrolment(3, 7, 1, 1)));
    const token = await file('token', moodle.token);
    const { code, output } = await start(
      '--records',
      records,
      '--moodle-url',
      moodle.url,
      '--token-file',
      token,
    );
    expect(output).toContain('Good records that did not arrive: op.student 8, op.student.course 3.');
    expect(code).toBe(1);
    await moodle.stop();
  });

  it('pushes what an ERP that is given holds, and never shows its key', async () => {
    const odoo = await SimulatedOdoo.start();
    const { program: id } = new School(odoo);
    const given = ['--erp-url', odoo.url, '--erp-db', 'school', '--erp-user', 'oec-sync', '--erp-key-file'];
    const { code, output } = await start(...given, await file('key', odoo.key));
    expect(output).toContain('A minute in which nothing changes (');
    expect(output).toContain(', 0 records written.');
    expect(output).toMatch(/op\.student +│ +3 │/);
    expect(output).toContain('Every good record arrived.');
    expect(output).not.toContain(odoo.key);
    expect(code).toBe(0);
    expect(odoo.registrar.read('op.course', id)).toMatchObject({ name: 'Physics' });

    const refused = await start(...given, await file('key', 'f'.repeat(40)));
    expect(refused.output).toContain('Odoo refused the user or its API key');
    expect(refused.code).toBe(2);
    await odoo.stop();
  });

  it('starts nothing when the Moodle refuses the token', async () => {
    const moodle = await SimulatedMoodle.start({});
    const token = await file('wrong', 'a0'.repeat(16));
    const { code, output } = await start('--moodle-url', moodle.url, '--token-file', token);
    expect(output).toMatch(/^Moodle refused core_webservice_get_site_info with invalidtoken\. .*\n$/);
    expect(code).toBe(2);
    await moodle.stop();
  });

  it('ends cleanly when it is interrupted while it serves', async () => {
    const child = spawn(
      process.execPath,
      ['local/start.ts', '--serve', '--records', await file('serve.jsonl', lines(department(1)))],
      { cwd: projectRoot, env: { ...process.env, TMPDIR: await mkdtemp(join(folder, 'tmp-')) } },
    );
    let output = '';
    child.stderr.on('data', (chunk) => (output += chunk));
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output.includes('until Ctrl-C') && !output.includes('Stopping')) child.kill('SIGINT');
    });
    expect(await closed).toBe(0);
    const [endpoint = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(output.split('AWS:')[1] ?? '') ?? [];
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it.each([
    ['an unknown option', ['--quick'], "unknown option '--quick'"],
    ['a file that is not there', ['--records', '/no/such/file'], 'There is no file /no/such/file.'],
  ])('says in a sentence what is wrong with %s', async (_what, options, sentence) => {
    const { code, output } = await start(...options);
    expect(output).toContain(sentence);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(2);
  });

  it('names the line of a file that is no record', async () => {
    const { code, output } = await start(
      '--records',
      await file('bad.jsonl', `${lines(department(1))}\n{"model"`),
    );
    expect(output).toMatch(/line 2/i);
    expect(code).toBe(2);
  });
});
