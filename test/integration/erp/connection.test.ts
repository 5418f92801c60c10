import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ErpConnectionError, erpConnections } from '#shared/store/erp/erp-connections.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { type Kit, startKit } from '../kit.ts';

describe('the ERP of a stack', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ erp: {}, schedules: 'none' });
  });
  afterAll(() => kit.stop());

  it('is found by its connection, whose every other form is refused without quoting it', async () => {
    const { secrets } = kit.cloud.clients;
    const secret = kit.cloud.resource('ErpConnectionSecret');
    const { url, key } = kit.erp;
    expect(await erpConnections(secrets, secret)()).toMatchObject({ url, key, language: 'en_US' });

    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secret }));
    for (const [text, problem] of [
      [key, 'holds no JSON'],
      [JSON.stringify({ ...JSON.parse(SecretString!), url: key }), 'is not as it should be: url'],
    ] as const) {
      await kit.system.writeErpConnection(text);
      const error = await erpConnections(secrets, secret)().catch((reason) => reason);
      expect(error).toBeInstanceOf(ErpConnectionError);
      expect(error.message).toContain(problem);
      expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain(key);
    }
    await kit.system.writeErpConnection('{}');
    expect(await erpConnections(secrets, secret)()).toBeUndefined();
  });

  it('has states that nobody overwrites who has not read them', async () => {
    const states = erpStates(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpStateTableName'));
    expect(await states.read('export/op.student')).toBeUndefined();
    const save = (revision: number, note: string) => states.save('export/op.student', { revision, note });
    expect(await save(0, 'first')).toBe(true);
    expect(await save(0, 'unread')).toBe(false);
    expect(await save(1, 'second')).toBe(true);
    expect(await save(1, 'outdated')).toBe(false);
    expect(await states.read('export/op.student')).toMatchObject({ revision: 2, note: 'second' });
  });
});
