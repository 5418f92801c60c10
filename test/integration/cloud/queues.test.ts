import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { startCloud } from './fixtures/start-cloud.ts';

const minute = 60_000;

describe('a queue with a function', () => {
  let cloud: EmbeddedCloud;
  let QueueUrl: string;
  beforeAll(async () => {
    cloud = await startCloud();
    QueueUrl = cloud.resource('WorkQueueUrl');
  });
  afterAll(() => cloud.stop());

  const result = async (id: string) => {
    const answer = await cloud.clients.dynamodb.send(
      new GetCommand({ TableName: cloud.resource('ResultsTable'), Key: { id } }),
    );
    return answer.Item;
  };
  const send = (body: object, DelaySeconds?: number) =>
    cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: JSON.stringify(body),
        MessageGroupId: 'a',
        DelaySeconds,
      }),
    );

  it('deletes what succeeded; what failed comes back after the visibility timeout', async () => {
    await cloud.clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: '1', MessageBody: '{"id":"good"}' },
          { Id: '2', MessageBody: '{"id":"bad","fails":1}', MessageGroupId: 'b' },
        ],
      }),
    );
    await cloud.idle();
    expect(await cloud.queueMessages(QueueUrl)).toMatchObject([{ state: 'in-flight', receiveCount: 1 }]);
    cloud.clock.advance(29 * minute);
    await cloud.idle();
    expect(await result('bad')).toMatchObject({ deliveries: 1 });
    cloud.clock.advance(minute);
    await cloud.idle();
    expect(await result('bad')).toMatchObject({ deliveries: 2, group_id: 'b' });
    expect(await result('good')).toMatchObject({ deliveries: 1 });
    expect(await cloud.queueMessages(QueueUrl)).toEqual([]);
  });

  it('moves a message that fails too often to the dead-letter queue', async () => {
    await send({ id: 'never', fails: 99 });
    await cloud.advanceAndSettle(120 * minute);
    expect(await result('never')).toMatchObject({ deliveries: 3 });
    expect(await cloud.queueMessages(QueueUrl)).toEqual([]);
    const dead = cloud.resource('DeadQueue');
    expect(await cloud.queueMessages(dead)).toMatchObject([{ state: 'visible', messageGroupId: 'a' }]);
    const received = await cloud.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: dead, MessageSystemAttributeNames: ['All'] }),
    );
    expect(received.Messages?.[0]?.Attributes).toMatchObject({ MessageGroupId: 'a' });
  });

  it('holds a delayed message until its virtual time, which the function sees', async () => {
    const before = cloud.clock.now();
    const { MessageId } = await send({ id: 'late' }, 300);
    await cloud.idle();
    expect(await cloud.queueMessages(QueueUrl)).toMatchObject([{ messageId: MessageId, state: 'delayed' }]);
    expect(cloud.pendingDelays().some(({ label }) => label.startsWith('message'))).toBe(true);
    cloud.clock.advance(4 * minute);
    await cloud.idle();
    expect(await result('late')).toBeUndefined();
    cloud.clock.advance(minute);
    await cloud.idle();
    expect((await result('late'))?.seen_at).toBeGreaterThanOrEqual(before + 5 * minute);
  });

  it('gives the messages of a killed function to another one after the visibility timeout', async () => {
    await send({ id: 'crash', hangs: true });
    while (!(await result('crash'))) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await cloud.killFunction('push-worker')).toBe(true);
    await cloud.idle();
    expect(cloud.logs('push-worker').join('\n')).toContain('Runtime.ExitError');
    expect(await cloud.queueMessages(QueueUrl)).toMatchObject([{ state: 'in-flight' }]);
    await cloud.advanceAndSettle(31 * minute);
    expect(await result('crash')).toMatchObject({ deliveries: 2 });
    expect(await cloud.queueMessages(QueueUrl)).toEqual([]);
  });

  it('passes message attributes on', async () => {
    await cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: '{"id":"attributes"}',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'unit' } },
      }),
    );
    await cloud.idle();
    expect(await result('attributes')).toMatchObject({ kind: 'unit' });
  });

  it('invokes a function directly', async () => {
    expect(await cloud.invoke('push-worker', { hello: 1 })).toMatchObject({
      echo: { hello: 1 },
      name: 'PushWorker7C',
    });
    await expect(cloud.invoke('forwarder', {})).rejects.toMatchObject({ errorType: 'TypeError' });
  });
});
