import { GetScheduleCommand, type GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { DeployedSite } from './deployed-site.ts';
import type { Emulator } from './emulator.ts';
import { deployedFunctions, invoke } from './functions.ts';
import { isAllowed } from './is-allowed.ts';

/**
 * Does at once what the stack's schedules would do at their times, each with its own input, and checks that its role
 * may do it.
 *
 * @returns the inputs
 */
export async function runSchedules(emulator: Emulator, stack: DeployedSite): Promise<string[]> {
  const inputs: string[] = [];
  for (const named of await stack.schedules()) {
    const schedule = await stack.scheduler.send(new GetScheduleCommand(named));
    inputs.push(schedule.Target?.Input ?? '');
    await run(emulator, stack, schedule);
  }
  return inputs;
}

async function run(emulator: Emulator, stack: DeployedSite, { Name, Target }: GetScheduleCommandOutput) {
  const { Arn: target = '', RoleArn: role = '', Input = '{}', DeadLetterConfig } = Target ?? {};
  const isQueue = target.startsWith('arn:aws:sqs:');
  const action = isQueue ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  expect(await isAllowed(emulator, role, action, target), Name).toBe(true);
  expect(await isAllowed(emulator, role, 'sqs:SendMessage', DeadLetterConfig?.Arn ?? ''), Name).toBe(true);
  const resource = target.split(':').at(-1) ?? '';
  if (isQueue) {
    const { QueueUrl } = await stack.sqs.send(new GetQueueUrlCommand({ QueueName: resource }));
    await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Input }));
    return;
  }
  const called = (await deployedFunctions(emulator)).find(({ FunctionName }) => FunctionName === resource);
  expect(called, Name).toBeDefined();
  const { error, result } = await invoke(emulator, called!, JSON.parse(Input));
  expect(error, `${Name}: ${result}`).toBeUndefined();
}
