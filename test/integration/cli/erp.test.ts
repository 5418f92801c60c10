import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '#cli/commands/doctor/check.ts';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import { defaultSettings } from '#local/odoo/settings.ts';
import type { ErpCheck } from '#shared/operate/check-erp/finding.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import type { StateStore } from '#shared/sync/limits/shared-state.ts';
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
      erp: { languages: ['en_US', 'fr_FR'], extraFields: { 'op.student.course': ['x_moodle_completion'] } },
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
    kit.erp.configure({ denied: [...defaultSettings.denied, 'op.student.read'] });
    const lacking = await run(connectArgs('--json'));
    expect(lacking.code).toBe(1);
    expect(lacking.json()).toMatchObject({
      connected: false,
      check: { status: 'failed', findings: [{ code: 'missing-right', severity: 'failed' }] },
    });
    expect(await secret()).toEqual({});
    const forced = await run(connectArgs('--force'));
    expect(forced.code).toBe(0);
    expect(await secret()).toMatchObject({
      ...{ url: kit.erp.url, database: 'school', key: kit.erp.key },
      // That of the user in Odoo.
      time_zone: 'UTC',
    });
  });

  it('stores how the ERP is reached, and goes on asking it', async () => {
    kit.erp.configure({ denied: defaultSettings.denied, timeZone: undefined });
    const connected = await run(connectArgs('--language', 'fr_FR', '--json'));
    expect(connected).toMatchObject({ code: 0, stderr: '' });
    expect(connected.json()).toMatchObject({
      connected: true,
      url: kit.erp.url,
      database: 'school',
      language: 'fr_FR',
      // The user in Odoo has none: it is that of the operator's machine.
      time_zone: 'America/Bogota',
      check: { status: 'warning', version: '18.0-20250506' },
    });
    const { url, key } = kit.erp;
    expect(await secret()).toEqual({
      url,
      database: 'school',
      user: 'oec-sync',
      key,
      language: 'fr_FR',
      time_zone: 'America/Bogota',
    });

    const warned = await run(['test']);
    expect(warned.code).toBe(0);
    expect(warned.stdout).toContain('Odoo 18.0-20250506 by JSON-RPC), but:');
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

describe('the ERP as the commands tell of it', () => {
  let kit: Kit;
  let states: StateStore;
  const run = async (...args: string[]): Promise<CliRun> => {
    const ran = await runCli(kit, args);
    expect(ran.stdout + ran.stderr).not.toContain(kit.erp.key);
    return ran;
  };
  const putRow = (model: string, id: string, row: object) =>
    kit.cloud.clients.dynamodb.send(
      new PutCommand({ TableName: kit.cloud.resource('ErpMappingsTableName'), Item: { model, id, ...row } }),
    );

  beforeAll(async () => {
    kit = await startKit({
      erp: { extraFields: { 'op.student.course': ['x_moodle_completion'] } },
      schedules: 'none',
    });
    states = erpStates(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpStateTableName'));
  });
  afterAll(() => kit.stop());

  it('is connected, and nothing has happened yet', async () => {
    const shown = await run('erp', 'show');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain(`${kit.erp.url}, database school`);
    expect(shown.stdout).toContain('Nothing has been exported from it yet.');
    const doctor = await run('doctor');
    expect(doctor.stdout).toMatch(/^ERP\n {2}✓ It answers from here: .*, Odoo 18\.0-20250506\.$/m);
    expect(doctor.stdout).toContain('? Its first export is not through yet');
  });

  it('shows how far the export is, what it holds, and what failed in the import', async () => {
    const before = kit.cloud.clock.now() - 10 * 60_000;
    const at = new Date(before).toISOString();
    await states.save('export', {
      revision: 0,
      lease: { holder: 'somebody', until: at },
      watched_since: at,
      last_success: at,
      transport: 'json-2',
      findings: [
        {
          code: 'deletions-held',
          severity: 'failed',
          model: 'op.student.course',
          message: 'Of 900 records the ERP no longer has 400. None of them is deleted.',
          advice: 'Look into the ERP.',
          count: 400,
          ids: ['1', '2'],
        },
        {
          code: 'older-records',
          severity: 'failed',
          model: 'op.batch',
          message: 'A backup was restored, it seems.',
          advice: 'Look at the records that are named.',
          count: 1,
          ids: ['7'],
        },
      ],
      models: {
        'op.student': { status: 'reading', watermark: '2026-09-01 08:00:00', position: 12_000 },
        'op.student.course': {
          status: 'complete',
          watermark: '2026-09-01 08:05:00',
          records: 500,
          compared_at: at,
          held: 400,
          released_until: at,
        },
      },
    });
    await states.save('export/op.student.course', {
      revision: 0,
      watermark: '2026-09-01 08:05:00',
      brake: { count: 3, engaged_at: at },
      gone: { ids: ['1', '2'], count: 400, of: 900, newer: 0 },
    });
    await states.save('import', { revision: 0, last_success: at, findings: {} });
    const failure = {
      class: 'conflict',
      code: 'edited-in-erp',
      reason: 'Edited.',
      advice: 'Decide which counts.',
    };
    await putRow('op.result.line', 'demo-1', { status: 'synced', revision: 1, erp_id: 5 });
    await putRow('op.result.line', 'demo-2', { status: 'conflict', revision: 1, failure });
    await putRow('op.result.line', 'demo-3', { status: 'waiting', revision: 1 });
    await putRow('op.result.line', 'erp#5', { erp_id: 5, record: 'demo-1' });

    const shown = await run('erp', 'show', '--json');
    const report = shown.json<ErpReport>();
    expect(report.connection).toMatchObject({ transport: 'json-2' });
    expect((await run('erp', 'show')).stdout).toMatch(/^ {2}called by +JSON-2$/m);
    expect(report.export.models).toEqual([
      { model: 'op.student', status: 'reading', watermark: '2026-09-01 08:00:00', position: 12_000 },
      {
        model: 'op.student.course',
        status: 'complete',
        watermark: '2026-09-01 08:05:00',
        records: 500,
        held: 400,
      },
    ]);
    expect(report.import.records).toEqual([
      {
        model: 'op.result.line',
        states: expect.objectContaining({ synced: 1, conflict: 1, waiting: 1, failed: 0 }),
        total: 3,
      },
    ]);
    expect(report.import.failures).toEqual([
      {
        class: 'conflict',
        code: 'edited-in-erp',
        count: 1,
        advice: 'Decide which counts.',
        idnumbers: ['op.result.line demo-2'],
      },
    ]);
    expect(report.findings).toHaveLength(2);
    const text = await run('report');
    expect(text.stdout).toMatch(/│ op\.student +│ being read for the first time, up to id 12,000/);
    expect(text.stdout).toContain('400 deletions held');
    const csv = await run('report', '--format', 'csv');
    expect(csv.stdout).toContain(',erp_export,op.student.course held,400\n');
    expect(csv.stdout).toContain(',erp_import,op.result.line conflict,1\n');
    const page = await run('report', '--format', 'html');
    expect(page.stdout).toContain('<h2 id="heading-erp">ERP</h2>');
    expect(page.stdout).toContain('conflict: edited-in-erp');
    expect(text.stdout + csv.stdout + page.stdout).not.toContain('oec-sync@');
  });

  it('has the doctor say what to do about it', async () => {
    const { json } = await run('doctor', '--json');
    const said = json<{ checks: Check[] }>().checks.filter(({ subject }) => subject === 'ERP');
    expect(said.map(({ level, message }) => `${level} ${message}`)).toEqual([
      expect.stringMatching(/^ok It answers from here/),
      'ok It has what the link reads and writes, and lets the user do it.',
      expect.stringMatching(/^ok It was exported last at/),
      'warning 400 records of op.student.course are gone from the ERP, and none of them is deleted: the brake is on.',
      'warning 1 of 3 records from Moodle are not in the ERP as they should be.',
      'failed op.batch: 7. A backup was restored, it seems.',
      expect.stringMatching(/^unknown Not to be seen from here: record rules, and companies/),
    ]);
  });

  it("takes the operator's word, and leaves the rest of what the export knows", async () => {
    const asked = await run('erp', 'release', 'op.student.course', '--for', '2h');
    expect(asked.code).toBe(64);
    expect(asked.stderr).toContain('Held are 400 deletions. Released, all records of op.student.course that');
    expect((await run('erp', 'release', 'op.nothing', '--yes')).code).toBe(64);
    expect((await run('erp', 'release', 'op.student.course', '--for', '2h', '--yes')).code).toBe(0);
    const released = await states.read('export/op.student.course');
    expect(released).toMatchObject({
      watermark: '2026-09-01 08:05:00',
      brake: { count: 3, engaged_at: expect.any(String), released_until: expect.any(String) },
      gone: { count: 400 },
    });
    const { brake } = released as { brake: { released_until: string } };
    const left = Date.parse(brake.released_until) - kit.cloud.clock.now();
    expect(left).toBeGreaterThan(115 * 60_000);
    expect(left).toBeLessThanOrEqual(120 * 60_000);
    expect((await run('erp', 'accept', 'op.batch', '--yes')).code).toBe(0);
    expect(await states.read('export/op.batch')).toMatchObject({ accepted_until: expect.any(String) });
    expect(await states.read('export')).toMatchObject({
      comparing_since: expect.any(String),
      lease: { holder: 'somebody' },
      models: { 'op.student': { position: 12_000 } },
    });
  });

  it('is told of as away where it is away, from AWS or only from here', async () => {
    await kit.system.writeErpConnection(
      JSON.stringify({ url: 'http://127.0.0.1:1', database: 'school', user: 'oec-sync', key: kit.erp.key }),
    );
    const levels = async () => {
      const { checks } = (await run('doctor', '--json')).json<{ checks: Check[] }>();
      return checks
        .filter(({ subject }) => subject === 'ERP')
        .map(({ level, message }) => `${level} ${message}`);
    };
    expect(await levels()).toContainEqual(
      expect.stringMatching(/^warning No answer .* From AWS it could be reached/),
    );
    await kit.advance(2 * 60 * 60_000);
    const later = await levels();
    expect(later).toContainEqual(expect.stringMatching(/^failed No answer from Odoo to version/));
    expect(later).toContainEqual('failed Nothing was exported for 2 hours.');
  });
});

it('erp says how a stack without an ERP gets one', async () => {
  await using kit = await startKit({ schedules: 'none' });
  const { code, stderr } = await runCli(kit, ['erp', 'test']);
  expect(code).toBe(1);
  expect(stderr).toContain('is deployed without an ERP.\nPut `"erp": {}` into oec-moodle.config.json');
});
