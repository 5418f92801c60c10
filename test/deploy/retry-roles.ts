import type { GetScheduleCommandOutput } from '@aws-sdk/client-scheduler';
import { expect } from 'vitest';
import type { Emulator } from './emulator.ts';
import { isAllowed } from './is-allowed.ts';

/**
 * Checks who may give which role to Scheduler for a retry, and what that role may do.
 *
 * @param worker ARN of the role of the function that has made the schedule
 */
export async function checkRetryRoles(
  emulator: Emulator,
  worker: string,
  { Arn: schedule = '', Target }: GetScheduleCommandOutput,
): Promise<void> {
  const { RoleArn: role = '', Arn: queue = '', DeadLetterConfig } = Target ?? {};
  expect(await isAllowed(emulator, worker, 'iam:PassRole', role)).toBe(true);
  expect(await isAllowed(emulator, worker, 'iam:PassRole', worker)).toBe(false);
  expect(await isAllowed(emulator, worker, 'scheduler:CreateSchedule', schedule)).toBe(true);
  const elsewhere = schedule.replace(/schedule\/[^/]+/, 'schedule/default');
  expect(await isAllowed(emulator, worker, 'scheduler:CreateSchedule', elsewhere)).toBe(false);
  expect(await isAllowed(emulator, role, 'sqs:SendMessage', queue)).toBe(true);
  expect(await isAllowed(emulator, role, 'sqs:SendMessage', DeadLetterConfig?.Arn ?? '')).toBe(true);
  expect(await isAllowed(emulator, role, 'sqs:ReceiveMessage', queue)).toBe(false);
}
