import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
} from '@aws-sdk/client-scheduler';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EmbeddedCloud } from '#local/cloud/embedded-cloud.ts';
import { startCloud } from './fixtures/start-cloud.ts';
import { template } from './fixtures/template.ts';

let cloud: EmbeddedCloud;
beforeEach(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.stop());

const hour = 3_600_000;

it('fires a one-time schedule once, deletes it, and knows names that are taken', async () => {
  const { scheduler } = cloud.clients;
  const command = new CreateScheduleCommand({
    Name: 'unit-1',
    GroupName: 'retry',
    ScheduleExpression: `at(${new Date(cloud.clock.now() + hour / 2).toISOString().slice(0, 19)})`,
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: 'arn:aws:sqs:us-east-1:000000000000:DeadQueue',
      RoleArn: 'arn:aws:iam::000000000000:role/Role',
      Input: '{"unit":1}',
    },
  });
  await scheduler.send(command);
  await expect(scheduler.send(command)).rejects.toMatchObject({ name: 'ConflictException' });
  const listed = await scheduler.send(new ListSchedulesCommand({ GroupName: 'retry' }));
  expect(listed.Schedules?.map(({ Name }) => Name)).toEqual(['unit-1']);
  await cloud.advanceAndSettle(hour / 2);
  expect(await cloud.queueMessages(cloud.resource('DeadQueue'))).toMatchObject([
    { body: '{"unit":1}', messageGroupId: undefined },
  ]);
  await expect(
    scheduler.send(new GetScheduleCommand({ Name: 'unit-1', GroupName: 'retry' })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

it('refuses a message group for a queue that is not FIFO', async () => {
  const schedule = cloud.clients.scheduler.send(
    new CreateScheduleCommand({
      Name: 'grouped',
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:sqs:us-east-1:000000000000:DeadQueue',
        RoleArn: 'arn:aws:iam::000000000000:role/Role',
        SqsParameters: { MessageGroupId: 'main' },
      },
    }),
  );
  await expect(schedule).rejects.toMatchObject({ name: 'ValidationException' });
});

it('deletes a schedule before it fires, and runs those of the template at their rate', async () => {
  const { scheduler } = cloud.clients;
  await scheduler.send(new GetScheduleCommand({ Name: 'Hourly' }));
  await cloud.advanceAndSettle(3 * hour);
  expect(await cloud.queueMessages(cloud.resource('FailuresQueue'))).toHaveLength(3);
  await scheduler.send(new DeleteScheduleCommand({ Name: 'Hourly' }));
  await cloud.advanceAndSettle(24 * hour);
  expect(await cloud.queueMessages(cloud.resource('FailuresQueue'))).toHaveLength(3);
});

it('keeps secrets', async () => {
  const { secrets } = cloud.clients;
  const SecretId = 'oec-moodle/main';
  await secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'one' }));
  await expect(
    secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' })),
  ).rejects.toMatchObject({
    name: 'ResourceExistsException',
  });
  await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'two' }));
  expect((await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('two');
  await secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it('refuses by name what it would not do as AWS does', async () => {
  const start = (change: (resources: ReturnType<typeof template>['Resources']) => void) => {
    const changed = template();
    change(changed.Resources);
    return EmbeddedCloud.start({ template: changed, assetDirectory: '.' });
  };
  await expect(
    start((resources) => {
      resources.Rule = { Type: 'AWS::Events::Rule', Properties: {} };
    }),
  ).rejects.toThrow('Rule: AWS::Events::Rule');
  await expect(
    start((resources) => {
      Object.assign(resources.StreamMapping?.Properties ?? {}, { TumblingWindowInSeconds: 5 });
    }),
  ).rejects.toThrow('TumblingWindowInSeconds');
});
