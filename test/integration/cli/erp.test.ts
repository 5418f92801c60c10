import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErpCheck } from '#shared/odoo/check/finding.ts';
import { type Kit, startKit } from '../kit.ts';
import { type CliRun, runCli } from './run-cli.ts';

describe('erp', () => {
  let kit: Kit;
  let folder: string;
  let keyFile: string;

  /** A run whose output is looked through for the key. */
  const run = async (args: string[], options: { input?: string } = {}): Promise<CliRun> => {
    const ran = await runCli(kit, ['erp', ...args], options);
    expect(ran.stdout + ran.stderr).not.toContain(kit.erp.key);
    return ran;
  };
  const connectArgs = (...others: string[]) => [
    ...['connect', '--url', `${kit.erp.url}/web/login`, '--db', 'school', '--user', 'oec-sync'],
    ...['--key-file', keyFile],
    ...others,
  ];
  const secret = async (): Promise<Record<string, unknown>> => {
    const SecretId = kit.cloud.resource('ErpConnectionSecret');
    const answer = await kit.cloud.clients.secrets.send(new GetSecretValueCommand({ SecretId }));
    return JSON.parse(answer.SecretString!);
  };

  beforeAll(async () => {
    kit = await startKit({
      erp: { languages: ['fr_FR'], extraFields: { 'op.student.course': ['x_moodle_completion'] } },
      schedules: 'none',
    });
    await kit.system.writeErpConnection('{}');
    folder = await mkdtemp(join(tmpdir(), 'oec-moodle-erp-'));
    keyFile = join(folder, 'key');
    await writeFile(keyFile, `${kit.erp.key}\n`);
  });
  afterAll(async () => {
    await kit.stop();
    await rm(folder, { recursive: true });
  });

  it('says what is missing where nobody can be asked, and what to do where none is connected', async () => {
    const missing = await run(['connect', '--url', kit.erp.url]);
    expect(missing).toMatchObject({ code: 64, stdout: '' });
    expect(missing.stderr).toContain('Missing: --db, --user, --key-file.');
    const clear = await run([
      ...[
        'connect',
        '--url',
        'http://erp.example.org',
        '--db',
        'school',
        '--user',
        'x',
        '--key-file',
        keyFile,
      ],
    ]);
    expect(clear.code).toBe(64);
    expect(clear.stderr).toContain(
      'The ERP must be reached over https, or the key could be read on the way.',
    );
    const none = await run(['test']);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('No ERP is connected.\n`oec-moodle erp connect` connects one.');
    expect((await run(['disconnect'])).stdout).toContain('No ERP is connected.');
  });

  it('connects nothing that could not work, --force or not, and with --force what a later change puts right', async () => {
    const wrong = 'f'.repeat(40);
    const refused = await run([...connectArgs().slice(0, -1), '-', '--force'], { input: wrong });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('Odoo refused the user or its API');
    expect(refused.stdout + refused.stderr).not.toContain(wrong);
    kit.erp.configure({ denied: ['op.student.read'] });
    const lacking = await run(connectArgs('--json'));
    expect(lacking.code).toBe(1);
    expect(lacking.json()).toMatchObject({
      connected: false,
      check: { status: 'failed', findings: [{ code: 'missing-right', severity: 'failed' }] },
    });
    expect(await secret()).toEqual({});
    const forced = await run(connectArgs('--force'));
    expect(forced.code).toBe(0);
    expect(await secret()).toMatchObject({ url: kit.erp.url, database: 'school', key: kit.erp.key });
  });

  it('stores how the ERP is reached, and goes on asking it', async () => {
    kit.erp.configure({ denied: [], timeZone: undefined });
    const connected = await run(connectArgs('--language', 'fr_FR', '--json'));
    expect(connected).toMatchObject({ code: 0, stderr: '' });
    expect(connected.json()).toMatchObject({
      connected: true,
      url: kit.erp.url,
      database: 'school',
      language: 'fr_FR',
      check: { status: 'warning', version: '18.0-20250506' },
    });
    const { url, key } = kit.erp;
    expect(await secret()).toEqual({ url, database: 'school', user: 'oec-sync', key, language: 'fr_FR' });

    const warned = await run(['test']);
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain('Odoo 18.0-20250506), but:');
    expect(warned.stdout).toMatch(/│ warning +│ The user has no time zone\./);
    kit.erp.configure({ timeZone: 'UTC', groups: ['openeducat_core.group_op_faculty'] });
    const failed = await run(['test', '--json']);
    expect(failed.code).toBe(1);
    expect(failed.json<{ check: ErpCheck }>().check.findings.map(({ code }) => code)).toEqual([
      'teachers-hidden',
    ]);
    kit.erp.configure({ groups: [] });
    expect(await run(['test'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/ is well\.\n/) });
  });

  it('takes another database only when told that it is a copy, also after the ERP was disconnected', async () => {
    const asked = await run(['disconnect']);
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain('The records that were read stay in the table');
    const disconnected = await run(['disconnect', '--yes']);
    expect(disconnected.code).toBe(0);
    expect(await secret()).toEqual({});
    kit.erp.configure({ database: 'moved' });
    const args = connectArgs().map((each) => (each === 'school' ? 'moved' : each));
    const refused = await run(args);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain(`Until now the records came from ${kit.erp.url}, database school.`);
    expect(await secret()).toEqual({});
    expect((await run([...args, '--yes'])).code).toBe(0);
    expect(await secret()).toMatchObject({ database: 'moved' });
    expect((await run(args)).code).toBe(0);
  });
});

it('erp says how a stack without an ERP gets one', async () => {
  await using kit = await startKit({ schedules: 'none' });
  const { code, stderr } = await runCli(kit, ['erp', 'test']);
  expect(code).toBe(1);
  expect(stderr).toContain('is deployed without an ERP.\nPut `"erp": {}` into oec-moodle.config.json');
});
