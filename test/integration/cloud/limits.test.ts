import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, it } from 'vitest';
import type { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { startCloud } from './fixtures/start-cloud.ts';

let cloud: EmbeddedCloud;
afterEach(() => cloud.stop());

it('ends a function at its timeout and starts a fresh one', async () => {
  cloud = await startCloud({ PushWorker7C: { Timeout: 1, ReservedConcurrentExecutions: 1 } });
  const late = cloud.invoke('push-worker', { forever: true });
  const next = cloud.invoke('push-worker', { hello: 1 });
  await expect(late).rejects.toMatchObject({ errorType: 'Sandbox.Timedout' });
  expect(await next).toMatchObject({ echo: { hello: 1 } });
});

it('fills the batches of a queue with a window', async () => {
  cloud = await startCloud({
    QueueMapping: {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  });
  for (let index = 0; index < 60; index += 1)
    await cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.resource('WorkQueueUrl'),
        MessageBody: JSON.stringify({ id: `w${index}` }),
      }),
    );
  await cloud.idle();
  const sizes = cloud.logs('push-worker').map((line) => Number(line.split(' ')[1]));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(60);
  expect(sizes.length).toBeLessThan(20);
});

it('holds a stream back while a batch without a retry limit fails, on the virtual clock only', async () => {
  cloud = await startCloud({
    StreamMapping: { MaximumRetryAttempts: -1, BisectBatchOnFunctionError: false },
  });
  const TableName = cloud.resource('RecordsTableName');
  const put = (Item: object) =>
    cloud.clients.dynamodb.send(new PutCommand({ TableName, Item: { model: 'op.student', ...Item } }));
  await put({ id: 'p', poison: true });
  await cloud.idle();
  await put({ id: 'after' });
  await cloud.idle();
  const seen = async () => {
    const Key = { id: 'after' };
    const answer = await cloud.clients.dynamodb.send(
      new GetCommand({ TableName: cloud.resource('ResultsTable'), Key }),
    );
    return answer.Item !== undefined;
  };
  expect(await seen()).toBe(false);
  expect(cloud.pendingDelays().some(({ label }) => label.startsWith('stream retry'))).toBe(true);
  await cloud.advanceAndSettle(25 * 3_600_000);
  expect(await seen()).toBe(true);
  const failures = await cloud.queueMessages(cloud.resource('FailuresQueue'));
  expect(failures.some(({ body }) => body.includes('RecordAge'))).toBe(true);
});

it('stops at once in the middle of work and leaves nothing running', async () => {
  cloud = await startCloud();
  const running = cloud.invoke('push-worker', { forever: true });
  const outcome = expect(running).rejects.toMatchObject({ name: 'FunctionInvocationError' });
  await new Promise((resolve) => setImmediate(resolve));
  await cloud.stop();
  await outcome;
  await expect(fetch(cloud.endpoint)).rejects.toThrow();
  await cloud.stop();
});
