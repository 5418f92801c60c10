import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { beforeEach, describe, expect, it } from 'vitest';
import { carryOverTokens } from '#infra/deploy/carry-over-tokens.ts';
import { callDirectly } from '#local/cloud/protocol/direct-calls.ts';
import { SecretsService } from '#local/cloud/services/secrets-service.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { InstanceSettings } from '#shared/store/tables/instances-store.ts';

let client: SecretsManagerClient;
let rows: Map<string, InstanceSettings>;

const create = (Name: string, SecretString: string) =>
  client.send(new CreateSecretCommand({ Name, SecretString }));
const secretIn = async (SecretId: string) =>
  (await client.send(new GetSecretValueCommand({ SecretId }))).SecretString;
const carryOver = () => carryOverTokens(instances, client, 'oec-moodle/prod/');

const instances = {
  list: async () => ({
    instances: [...rows.values()].map((row) => instanceSchema.parse(row)),
    unreadable: [],
  }),
  settings: async (id: string) => rows.get(id),
  put: async (settings: InstanceSettings) => {
    rows.set(settings.id, settings);
  },
};

function register(id: string, more: object = {}): void {
  rows.set(id, { id, base_url: `https://${id}.example.org`, ...more });
}

beforeEach(() => {
  rows = new Map();
  const secrets = new SecretsService(new VirtualClock());
  client = callDirectly(new SecretsManagerClient({ region: 'eu-central-1' }), { secrets });
});

describe('tokens of a stack that an earlier release deployed', () => {
  it('are copied to where the functions of the stage look from now on, once', async () => {
    register('main');
    await create('oec-moodle/main', 'token-of-main');
    const copied = [{ instance: 'main', from: 'oec-moodle/main', to: 'oec-moodle/prod/main' }];
    expect(await carryOver()).toEqual(copied);
    expect(await secretIn('oec-moodle/prod/main')).toBe('token-of-main');
    // What still runs reads the old one.
    expect(await secretIn('oec-moodle/main')).toBe('token-of-main');
    expect(rows.get('main')).not.toHaveProperty('secret_name');
    expect(await carryOver()).toEqual([]);
  });

  it('never take the place of one that was stored since', async () => {
    register('main');
    await create('oec-moodle/main', 'old');
    await create('oec-moodle/prod/main', 'new');
    expect(await carryOver()).toEqual([]);
    expect(await secretIn('oec-moodle/prod/main')).toBe('new');
  });

  it('that an operator has named go along, and the name in the settings with them', async () => {
    register('main', { secret_name: 'oec-moodle/shared', status: 'paused' });
    register('law', { secret_name: 'oec-moodle/shared' });
    await create('oec-moodle/shared', 'token');
    expect(await carryOver()).toHaveLength(1);
    expect(await secretIn('oec-moodle/prod/shared')).toBe('token');
    expect(rows.get('main')).toMatchObject({ secret_name: 'oec-moodle/prod/shared', status: 'paused' });
    expect(rows.get('law')).toMatchObject({ secret_name: 'oec-moodle/prod/shared' });
  });

  it('leave alone what has none, or what no function could ever read', async () => {
    register('bare');
    register('elsewhere', { secret_name: 'other/token' });
    await create('other/token', 'token');
    expect(await carryOver()).toEqual([]);
    expect(rows.get('elsewhere')).toMatchObject({ secret_name: 'other/token' });
  });
});
