import type { StackOutputs } from './deployment.ts';

/** The queues of the stack by its outputs, and whether what lies in one needs a person. */
export const stackQueues = [
  { name: 'PushQueue', output: 'PushQueueUrl', isDeadLetter: false },
  { name: 'SweepQueue', output: 'SweepQueueUrl', isDeadLetter: false },
  { name: 'PullQueue', output: 'PullQueueUrl', isDeadLetter: false },
  { name: 'PermanentlyFailed', output: 'PermanentlyFailedQueueUrl', isDeadLetter: true },
  { name: 'PullFailures', output: 'PullFailuresQueueUrl', isDeadLetter: true },
  { name: 'StreamFailures', output: 'StreamFailuresQueueUrl', isDeadLetter: true },
  { name: 'ScheduleFailures', output: 'ScheduleFailuresQueueUrl', isDeadLetter: true },
] as const satisfies readonly { name: string; output: keyof StackOutputs; isDeadLetter: boolean }[];

export type QueueName = (typeof stackQueues)[number]['name'];
