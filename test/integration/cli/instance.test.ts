import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { everyFunction } from '#shared/moodle/client/required-functions.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { runCli } from './run-cli.ts';

/** An external service that lists all that is wanted. */
const complete = { functions: everyFunction.map(({ name }) => name) };

let kit: Kit;
/** A Moodle that nobody has registered. */
let moodle: SimulatedMoodle;
let folder: string;
let tokenFile: string;

beforeAll(async () => {
  kit = await startKit({ moodle: complete });
  moodle = await SimulatedMoodle.start({ settings: complete });
  folder = await mkdtemp(join(tmpdir(), 'oec-moodle-cli-'));
  tokenFile = join(folder, 'token');
  await writeFile(tokenFile, `${moodle.token}\n`);
});
afterAll(async () => {
  await moodle.stop();
  await rm(folder, { recursive: true });
  await kit.stop();
});

async function secretValue(name: string): Promise<string | undefined> {
  const answer = await kit.cloud.clients.secrets.send(new GetSecretValueCommand({ SecretId: name }));
  return answer.SecretString;
}

const isRegistered = async (id: string) => (await kit.system.instances.settings(id)) !== undefined;

describe('instance add', () => {
  it('names everything that is missing where nobody can be asked, and refuses an address in the clear', async () => {
    const missing = await runCli(kit, ['instance', 'add', 'main']);
    expect(missing.code).toBe(64);
    expect(missing.stderr).toContain('Missing: --url, --token-file.');
    const clear = await runCli(kit, [
      ...['instance', 'add', 'main', '--url', 'http://moodle.example.org', '--token-file', tokenFile],
    ]);
    expect(clear.code).toBe(64);
    expect(clear.stderr).toContain('over https');
  });

  it('saves nothing when the check fails, not even with --force when Moodle refuses the token', async () => {
    const wrong = 'f'.repeat(32);
    const args = ['instance', 'add', 'main', '--url', moodle.url, '--token-file', '-', '--force'];
    const run = await runCli(kit, args, { input: wrong });
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('failed invalidtoken');
    expect(run.stdout + run.stderr).not.toContain(wrong);
    expect(await isRegistered('main')).toBe(false);
    await expect(secretValue('oec-moodle/dev/main')).rejects.toThrow();
  });

  it('stores token and settings, what is not given stays a default, and the health is known at once', async () => {
    const run = await runCli(kit, [
      ...['instance', 'add', 'main', '--url', `${moodle.url}/`, '--token-file', tokenFile, '--json'],
      ...['new_accounts.password=random', 'scope.departments=1,2', 'field_ownership.user.email=create'],
    ]);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.json()).toMatchObject({
      saved: true,
      secret_name: 'oec-moodle/dev/main',
      health: { status: 'ok' },
    });
    expect(run.stdout).not.toContain(moodle.token);
    expect(await kit.system.instances.settings('main')).toEqual({
      id: 'main',
      base_url: moodle.url,
      new_accounts: { password: 'random' },
      scope: { departments: ['1', '2'] },
      field_ownership: { 'user.email': 'create' },
      // Nobody could be asked: it is that of the operator's machine.
      time_zone: 'America/Bogota',
    });
    expect(await secretValue('oec-moodle/dev/main')).toBe(moodle.token);
  });

  it('asks before it replaces a token that is in its secret already', async () => {
    const kept = 'a'.repeat(32);
    const Name = 'oec-moodle/dev/spare';
    await kit.cloud.clients.secrets.send(new CreateSecretCommand({ Name, SecretString: kept }));
    const gone = 'https://127.0.0.1:1';
    const args = [
      'instance',
      'add',
      'spare',
      '--url',
      gone,
      '--token-file',
      tokenFile,
      '--force',
      '--paused',
    ];
    const refused = await runCli(kit, args);
    expect(refused).toMatchObject({ code: 64 });
    expect(refused.stderr).toContain('The secret oec-moodle/dev/spare holds another token already');
    expect(await isRegistered('spare')).toBe(false);
    expect(await secretValue(Name)).toBe(kept);

    expect((await runCli(kit, [...args, '--yes'])).code).toBe(0);
    expect(await secretValue(Name)).toBe(moodle.token);
    await kit.system.instances.remove('spare');
    // One that is there with this very token is no question.
    expect((await runCli(kit, args)).code).toBe(0);
    await kit.system.instances.remove('spare');
  });

  it('refuses an id or a Moodle that is registered already', async () => {
    const args = (id: string) => ['instance', 'add', id, '--url', moodle.url, '--token-file', tokenFile];
    expect((await runCli(kit, args('main'))).stderr).toContain('There is an instance main already.');
    expect((await runCli(kit, args('other'))).stderr).toContain('is registered already, as main.');
  });

  it('with --force registers one that only AWS reaches', async () => {
    const gone = 'https://127.0.0.1:1';
    const args = ['instance', 'add', 'far', '--url', gone, '--token-file', tokenFile, '--paused'];
    expect((await runCli(kit, args)).code).toBe(1);
    expect(await isRegistered('far')).toBe(false);
    const forced = await runCli(kit, [...args, '--force']);
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('failed connection');
    expect((await kit.system.instances.get('far'))?.status).toBe('paused');
  });
});

describe('instance set', () => {
  it('shows before and after, gives a default back, and leaves what workers keep on the row', async () => {
    await kit.system.instances.addHolds('main', 'students', 7);
    const run = await runCli(kit, [
      ...['instance', 'set', 'main', 'brake.share=0.2', 'scope.departments=', '--json'],
    ]);
    expect(run.json()).toMatchObject({
      saved: true,
      changes: [
        { name: 'scope.departments', before: '1,2', after: '(default)' },
        { name: 'brake.share', before: '0.1 (default)', after: '0.2' },
      ],
    });
    expect(await kit.system.instances.get('main')).toMatchObject({
      brake: { share: 0.2, minimum: 20 },
      scope: { departments: [] },
    });
    expect((await kit.system.instances.getBrake('main', 'students')).holds).toBe(7);
  });

  it('changes nothing when a key or a value is wrong, and says what there is', async () => {
    const key = await runCli(kit, ['instance', 'set', 'main', 'brake.shares=0.2']);
    expect(key.code).toBe(64);
    expect(key.stderr).toContain('There is no setting brake.shares. There are: brake.share,');
    const value = await runCli(kit, ['instance', 'set', 'main', 'role_ids.student=9', 'on_finish=delete']);
    expect(value.code).toBe(64);
    expect(value.stderr).toContain('it takes suspend | unenrol');
    const zone = await runCli(kit, ['instance', 'set', 'main', 'time_zone=Bogota']);
    expect(zone.stderr).toContain('time_zone: an IANA time zone such as Europe/Madrid');
    expect((await kit.system.instances.get('main'))?.role_ids.student).toBe(5);
  });

  it('says what a setting needs in Moodle besides, and which of it is not there', async () => {
    const lacks = { ...complete, withoutFunctions: ['mod_attendance_add_session'] };
    await kit.addInstance('lacking', {}, lacks);
    const set = (id: string, value: string) =>
      runCli(kit, ['instance', 'set', id, `sync_attendance_from=${value}`, '--json']);
    const whole = await set('main', 'oec');
    expect(whole.json()).toMatchObject({ saved: true, health: { status: 'ok' } });
    expect(whole.json<{ needs: string[] }>().needs).toContain('mod/attendance:takeattendances');
    expect((await set('main', '')).json()).toMatchObject({ saved: true, needs: [] });
    expect((await set('lacking', 'oec')).json()).toMatchObject({
      saved: true,
      health: {
        status: 'warning',
        findings: [{ message: expect.stringContaining('lacks mod_attendance_add_session (Sessions of') }],
      },
    });
    await kit.system.instances.remove('lacking');
  });

  it('rotates a token only to one that Moodle takes', async () => {
    const args = ['instance', 'set', 'main', '--token-file', '-'];
    expect((await runCli(kit, args, { input: 'e'.repeat(32) })).code).toBe(1);
    expect(await secretValue('oec-moodle/dev/main')).toBe(moodle.token);
    const rotated = await runCli(kit, args, { input: moodle.token });
    expect(rotated.code).toBe(0);
    expect(rotated.stdout).toContain('within 5 minutes');
  });

  it('takes another address of a Moodle that has mappings only when told that it is meant', async () => {
    await kit.sync(student(1));
    const address = kit.site().moodle.url.replace('127.0.0.1', 'localhost');
    const args = ['instance', 'set', 'demo', `base_url=${address}`];
    const refused = await runCli(kit, args);
    expect(refused.code).toBe(64);
    expect(refused.stderr).toContain('must be the same site');
    expect((await runCli(kit, [...args, '--yes'])).code).toBe(0);
    expect((await kit.system.instances.get('demo'))?.base_url).toBe(address);
  });

  it('corrects a row that cannot be read', async () => {
    kit.expectErrors(/Instance (left out|misconfigured)/);
    await kit.configure('far', { on_finish: 'delete' });
    expect((await runCli(kit, ['instance', 'show', 'far'])).stderr).toContain('instance set far key=value');
    expect((await runCli(kit, ['instance', 'set', 'far', 'on_finish=suspend'])).code).toBe(0);
    expect((await kit.system.instances.get('far'))?.on_finish).toBe('suspend');
  });
});

describe('instance show and test', () => {
  it('shows settings with their defaults, health and what the Moodle has', async () => {
    const shown = await runCli(kit, ['instance', 'show', 'demo', '--json']);
    expect(shown.json()).toMatchObject({
      instance: 'demo',
      secret_name: 'oec-moodle/dev/demo',
      mappings: { students: { synced: 1 } },
    });
    const { settings } = shown.json<{ settings: { name: string; value: string; isDefault: boolean }[] }>();
    expect(settings).toContainEqual({ name: 'stale_after_hours', value: '4', isDefault: false });
    expect(shown.stdout).not.toContain(kit.site().moodle.token);
    const unknown = await runCli(kit, ['instance', 'show', 'nowhere']);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('There is demo, far, main.');
  });

  it('a Moodle that is away fails the test; back, it is called again and what failed goes on', async () => {
    kit.expectErrors(/The breaker is open/);
    const end = kit.site().moodle.intercept(async () => ({ kind: 'reset' }));
    for (const id of [2, 3, 4]) await kit.sync(student(id));
    const failed = await runCli(kit, ['instance', 'test', 'demo']);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('failed connection');
    expect((await kit.system.instances.getBreaker('demo')).opened_at).toBeDefined();
    end();
    const back = await runCli(kit, ['instance', 'test', 'demo', '--json']);
    expect(back.json()).toMatchObject({ health: { status: 'ok' }, released: 3 });
    await kit.advance(60_000);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('pause, resume, disable and remove', () => {
  it('what comes during a pause is pushed on resume, without waiting', async () => {
    expect((await runCli(kit, ['instance', 'pause', 'demo'])).code).toBe(0);
    await kit.sync(student(5));
    expect(await kit.mapping('oec_student_5')).toBeUndefined();
    const paused = await runCli(kit, ['instance', 'show', 'demo']);
    expect(paused.stdout).toMatch(/that wait for it: \d, the first since 20/);
    expect((await runCli(kit, ['instance', 'resume', 'demo'])).code).toBe(0);
    await kit.settle();
    const resumed = await runCli(kit, ['instance', 'show', 'demo', '--json']);
    expect(resumed.json()).toMatchObject({ waiting_units: 0 });
    expect(await kit.mapping('oec_student_5')).toMatchObject({ status: 'synced' });
  });

  it('an instance is removed once it is disabled and that is confirmed, with token and mappings where asked', async () => {
    const remove = ['instance', 'remove', 'demo', '--with-token', '--with-mappings'];
    expect((await runCli(kit, [...remove, '--yes'])).stderr).toContain('instance disable demo');
    expect((await runCli(kit, ['instance', 'disable', 'demo'])).code).toBe(64);
    expect((await runCli(kit, ['instance', 'disable', 'demo', '--yes'])).code).toBe(0);
    expect((await runCli(kit, remove)).code).toBe(64);
    expect((await kit.mappings()).size).toBe(5);
    const removed = await runCli(kit, [...remove, '--yes', '--json']);
    expect(removed.json()).toMatchObject({ removed: true, mappings_removed: 5, token_removed: true });
    expect(await isRegistered('demo')).toBe(false);
    expect((await kit.mappings()).size).toBe(0);
    await expect(secretValue('oec-moodle/dev/demo')).rejects.toThrow(/marked for deletion/);
    expect(await kit.site().user('oec_student_5')).toBeDefined();
  });

  it('a token that was marked for deletion is restored when the instance is registered again', async () => {
    const { url, token } = kit.site().moodle;
    const args = ['instance', 'add', 'demo', '--url', url, '--token-file', '-'];
    expect((await runCli(kit, args, { input: token })).code).toBe(0);
    expect(await secretValue('oec-moodle/dev/demo')).toBe(token);
  });
});
