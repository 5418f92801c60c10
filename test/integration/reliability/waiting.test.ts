import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { startKit, student } from '#test/integration/kit.ts';
import { hour, minute, range } from './support.ts';

// How units wait, and how often they come round, is shown in test/unit/push/many-moodles.test.ts; here, that they are let in
// through tables and queues.
it('what waited for the end of a long pause is let in by the first sweep, and nothing was given up', async () => {
  await using kit = await startKit({ instances: [{ status: 'paused' }] });
  await kit.sync(...range(1, 300).map((id) => student(id)));
  await kit.advance(6 * hour);
  expect(await kit.cloud.queueMessages(kit.cloud.resource('PushQueueUrl'))).toEqual([]);
  expect((await kit.mappings()).size).toBe(0);
  await kit.configure('demo', { status: 'active' });
  await kit.advance(hour);
  expect(await kit.troubles()).toEqual({});
  expect((await kit.mappings()).size).toBe(300);
  expect(await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'))).toEqual([]);
});

it('an instance whose token is missing is asked for again by itself, and loses nothing', async () => {
  await using kit = await startKit({ instances: [{ secret_name: 'oec-moodle/elsewhere' }] });
  kit.expectErrors(/misconfigured|The breaker is open/);
  const { secrets } = kit.cloud.clients;
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: 'oec-moodle/elsewhere' }),
  );
  await secrets.send(new PutSecretValueCommand({ SecretId: 'oec-moodle/elsewhere', SecretString: ' ' }));
  await kit.sync(...range(1, 120).map((id) => student(id)));
  await kit.advance(5 * hour);
  expect(kit.site().moodle.calls).toEqual([]);
  await secrets.send(new PutSecretValueCommand({ SecretId: 'oec-moodle/elsewhere', SecretString }));
  await kit.advance(15 * minute);
  expect(await kit.troubles()).toEqual({});
  expect((await kit.mappings()).size).toBe(120);
});
