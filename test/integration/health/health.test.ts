import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MoodleSettings } from '#local/moodle/settings.ts';
import { requiredFunctions } from '#shared/moodle/client/required-functions.ts';
import { instanceStates } from '#shared/store/tables/instance-states.ts';
import { type Kit, startKit, student } from '../kit.ts';

const hour = 3_600_000;
/** An external service that lists all that is wanted. */
const complete = { functions: requiredFunctions.map(({ name }) => name) };

/** What health-check keeps about an instance. */
function stateOf(kit: Kit, instance = 'demo') {
  return instanceStates(kit.cloud.clients.dynamodb, kit.cloud.resource('InstancesTableName')).get(instance);
}

async function check(kit: Kit, task: 'check' | 'ages' = 'check') {
  await kit.cloud.invoke('health-check', { task });
}

/** `severity code` of each finding. */
async function findings(kit: Kit, instance = 'demo') {
  const { health } = (await stateOf(kit, instance)) ?? {};
  return health?.findings.map(({ severity, code }) => `${severity} ${code}`);
}

/** The values of a metric in a function's log, of one instance or of all. */
function values(kit: Kit, functionName: string, name: string, instance?: string): unknown[] {
  const lines = kit.cloud
    .logs(functionName)
    .filter((line) => line.includes('"CloudWatchMetrics"'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))));
  return lines
    .filter((line) => name in line && (!instance || line.instance === instance))
    .map((line) => line[name]);
}

/** The last value of a metric in a function's log. */
function metric(kit: Kit, functionName: string, name: string, instance?: string): unknown {
  return values(kit, functionName, name, instance).at(-1);
}

describe('a healthy Moodle', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ id: 'demo' }, { id: 'other' }], moodle: complete });
  });
  afterAll(() => kit.stop());

  it('is found healthy, with two calls', async () => {
    kit.site().moodle.resetCalls();
    await check(kit);
    expect(await findings(kit)).toEqual([]);
    const state = await stateOf(kit);
    expect(state?.health).toMatchObject({ status: 'ok', release: '4.5.6 (Build: 20250811)' });
    expect(state?.last_successful_sync).toBe(state?.health?.checked_at);
    expect(kit.site().moodle.calls.map((call) => call.function)).toEqual([
      'core_webservice_get_site_info',
      'core_user_get_users_by_field',
    ]);
  });

  it('has its metrics published, the age for each instance', async () => {
    expect(metric(kit, 'health-check', 'ActiveInstances')).toBe(2);
    expect(metric(kit, 'health-check', 'StaleInstances')).toBe(0);
    expect(metric(kit, 'health-check', 'UnhealthyInstances')).toBe(0);
    for (const id of ['demo', 'other']) {
      expect(metric(kit, 'health-check', 'SecondsSinceLastSync', id)).toBeLessThan(60);
    }
  });

  it('stays fresh through a quiet weekend, with few calls', async () => {
    kit.site().moodle.resetCalls();
    await kit.advance(48 * hour);
    expect(metric(kit, 'health-check', 'StaleInstances')).toBe(0);
    expect(metric(kit, 'health-check', 'SecondsSinceLastSync', 'demo')).toBeLessThanOrEqual(3600);
    expect(kit.site().moodle.calls.length).toBeLessThanOrEqual(2 * (48 + 12));
  });

  it('is noted as synced when a record arrives, and the unit is counted', async () => {
    const before = (await stateOf(kit))?.last_successful_sync ?? '';
    await kit.advance(5 * 60_000);
    await kit.sync(student(1));
    expect((await stateOf(kit))?.last_successful_sync?.localeCompare(before)).toBe(1);
    // A sweep may have had the unit pushed first, and the stream's own one finds nothing left to do.
    expect(values(kit, 'push-worker', 'Pushed')).toContain(1);
    expect(metric(kit, 'push-worker', 'MoodleCallTime')).toBeDefined();
  });

  it('keeps what is known of it when the operator changes its settings', async () => {
    const before = await stateOf(kit);
    await kit.configure('demo', { stale_after_hours: 8 });
    expect(await stateOf(kit)).toEqual(before);
  });

  it('is left alone while it is paused, and does not count', async () => {
    await kit.configure('other', { status: 'paused' });
    await kit.advance(6 * hour);
    await check(kit, 'ages');
    expect(metric(kit, 'health-check', 'ActiveInstances')).toBe(1);
    expect(metric(kit, 'health-check', 'StaleInstances')).toBe(0);
  });
});

describe('what is wrong with a Moodle is found', () => {
  const findingsOf = async (moodle: Partial<MoodleSettings>) => {
    await using kit = await startKit({ moodle: { ...complete, ...moodle } });
    await check(kit);
    return { findings: await findings(kit), health: (await stateOf(kit))?.health };
  };

  it('functions that are missing, each by its name', async () => {
    const missing = ['core_user_create_users', 'enrol_manual_enrol_users'];
    const found = await findingsOf({ withoutFunctions: missing });
    expect(found.findings).toEqual(['failed missing-function', 'failed missing-function']);
    const messages = found.health?.findings.map(({ message }) => message).join(' ');
    for (const name of missing) expect(messages).toContain(name);
  });

  it('an old release', async () => {
    expect((await findingsOf({ release: '4.1.12 (Build: 20240812)' })).findings).toEqual([
      'failed release-too-old',
    ]);
  });

  it('a token of a site administrator, and accounts that are hidden from it', async () => {
    const found = await findingsOf({ tokenUserIsSiteAdmin: true, identityHidden: true });
    expect(found.findings).toEqual(['warning token-of-site-administrator', 'warning accounts-hidden']);
    expect(found.health?.status).toBe('warning');
  });
});

describe('one Moodle away, one well', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ id: 'demo' }, { id: 'away' }], moodle: complete });
    await check(kit);
    await kit.site('away').moodle.stop();
  });
  afterAll(() => kit.stop());

  it('is found away, and the other is checked all the same', async () => {
    await check(kit);
    expect(await findings(kit, 'away')).toEqual(['failed connection']);
    expect(await findings(kit, 'demo')).toEqual([]);
    expect(metric(kit, 'health-check', 'UnhealthyInstances')).toBe(1);
    expect(metric(kit, 'health-check', 'StaleInstances')).toBe(0);
  });

  it('is stale after 4 hours, and only that one', async () => {
    await kit.advance(4.5 * hour);
    expect(metric(kit, 'health-check', 'StaleInstances')).toBe(1);
    expect(metric(kit, 'health-check', 'SecondsSinceLastSync', 'away')).toBeGreaterThan(4 * 3600);
    expect(metric(kit, 'health-check', 'SecondsSinceLastSync', 'demo')).toBeLessThanOrEqual(3600);
  });
});

describe('a token', () => {
  it('that is invalid is found, is told without being shown, and is over once it is replaced', async () => {
    await using kit = await startKit({ moodle: complete });
    const store = (token: string) =>
      kit.cloud.clients.secrets.send(
        new PutSecretValueCommand({ SecretId: 'oec-moodle/dev/demo', SecretString: token }),
      );
    const wrong = 'f'.repeat(32);
    await store(wrong);
    await check(kit);
    expect(await findings(kit)).toEqual(['failed invalidtoken']);
    expect(kit.cloud.logs('health-check').join('\n')).not.toContain(wrong);

    await store(kit.site().moodle.token);
    await kit.advance(15 * 60_000);
    expect(await findings(kit)).toEqual([]);
    expect(metric(kit, 'health-check', 'UnhealthyInstances')).toBe(0);
  });

  it('that is not in Secrets Manager is told with the name of its secret', async () => {
    await using kit = await startKit({ moodle: complete });
    await kit.configure('demo', { secret_name: 'oec-moodle/dev/gone' });
    await check(kit);
    expect(await findings(kit)).toEqual(['failed no-token']);
    expect((await stateOf(kit))?.health?.findings[0]?.message).toContain('oec-moodle/dev/gone');
  });
});
