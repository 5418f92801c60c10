import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { startCloud } from './fixtures/start-cloud.ts';

const minute = 60_000;
const hour = 60 * minute;
const loop = JSON.stringify({ id: 'loop', again: true });

async function rounds(cloud: EmbeddedCloud): Promise<number> {
  const TableName = cloud.resource('ResultsTable');
  const { Item } = await cloud.clients.dynamodb.send(new GetCommand({ TableName, Key: { id: 'loop' } }));
  return Item?.deliveries;
}

/** What Lambda counts as dropped, of the last day. */
async function dropped(cloud: EmbeddedCloud): Promise<number> {
  const cloudwatch = new CloudWatchClient({
    endpoint: cloud.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });
  const now = cloud.clock.now();
  const Metric = {
    Namespace: 'AWS/Lambda',
    MetricName: 'RecursiveInvocationsDropped',
    Dimensions: [{ Name: 'FunctionName', Value: cloud.resource('PushWorker') }],
  };
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - 24 * hour),
      EndTime: new Date(now + minute),
      MetricDataQueries: [{ Id: 'dropped', MetricStat: { Metric, Period: 86_400, Stat: 'Sum' } }],
    }),
  );
  return (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
}

// As AWS's own account of it says: after 16 invocations Lambda refuses the event, and the queue gives it up once it was
// received as often as its redrive policy allows.
describe.each(['processes', 'modules'] as const)(
  'a function in %s that sends to its own queue',
  (functions) => {
    it('is stopped after 16 rounds: its message ends in the dead-letter queue, and is counted', async () => {
      const cloud = await startCloud({}, functions);
      try {
        const QueueUrl = cloud.resource('WorkQueueUrl');
        await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: loop }));
        await cloud.advanceAndSettle(3 * hour);
        expect(await rounds(cloud)).toBe(16);
        expect(await cloud.queueMessages(QueueUrl)).toEqual([]);
        expect(await cloud.queueMessages(cloud.resource('DeadQueue'))).toMatchObject([{ body: loop }]);
        // The queue delivers it three times before it gives it up.
        expect(await dropped(cloud)).toBe(3);
        expect(cloud.logs('push-worker').filter((line) => line.includes('ERROR'))).toEqual([]);
      } finally {
        await cloud.stop();
      }
    });
  },
);

it('a function that is allowed to loop is not stopped, and what a schedule sends begins anew', async () => {
  const cloud = await startCloud({ PushWorker7C: { RecursiveLoop: 'Allow' } }, 'modules');
  try {
    await cloud.clients.scheduler.send(
      new CreateScheduleCommand({
        Name: 'later',
        ScheduleExpression: `at(${new Date(cloud.clock.now() + minute).toISOString().slice(0, 19)})`,
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: 'arn:aws:sqs:us-east-1:000000000000:WorkQueue',
          RoleArn: 'arn:aws:iam::000000000000:role/r',
          Input: loop,
        },
      }),
    );
    await cloud.advanceAndSettle(31 * minute);
    expect(await rounds(cloud)).toBeGreaterThan(25);
    expect(await dropped(cloud)).toBe(0);
  } finally {
    await cloud.stop();
  }
});
