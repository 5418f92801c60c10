import type { Deployment, ErpOutputs, StackOutputs } from './deployment.ts';

/** The queues of every stack by its outputs, and whether what lies in one needs a person. */
const ofEveryStack = [
  { name: 'PushQueue', output: 'PushQueueUrl', isDeadLetter: false },
  { name: 'SweepQueue', output: 'SweepQueueUrl', isDeadLetter: false },
  { name: 'PullQueue', output: 'PullQueueUrl', isDeadLetter: false },
  { name: 'DriftQueue', output: 'DriftQueueUrl', isDeadLetter: false },
  { name: 'PermanentlyFailed', output: 'PermanentlyFailedQueueUrl', isDeadLetter: true },
  { name: 'PullFailures', output: 'PullFailuresQueueUrl', isDeadLetter: true },
  { name: 'StreamFailures', output: 'StreamFailuresQueueUrl', isDeadLetter: true },
  { name: 'ScheduleFailures', output: 'ScheduleFailuresQueueUrl', isDeadLetter: true },
] as const satisfies readonly { name: string; output: keyof StackOutputs; isDeadLetter: boolean }[];

/** Those of the ERP's side. */
const ofErp = [
  { name: 'ErpQueue', output: 'ErpQueueUrl', isDeadLetter: false },
  { name: 'ErpFailures', output: 'ErpFailuresQueueUrl', isDeadLetter: true },
  { name: 'ErpStreamFailures', output: 'ErpStreamFailuresQueueUrl', isDeadLetter: true },
] as const satisfies readonly { name: string; output: keyof ErpOutputs; isDeadLetter: boolean }[];

export type QueueName = (typeof ofEveryStack)[number]['name'] | (typeof ofErp)[number]['name'];

export interface StackQueue {
  name: QueueName;
  url: string;
  /** Whether what lies in it needs a person. */
  isDeadLetter: boolean;
}

/** All queues of a stack, those that need a person last. */
export function stackQueues({ outputs, erp }: Pick<Deployment, 'outputs' | 'erp'>): StackQueue[] {
  const queues = [
    ...ofEveryStack.map(({ output, ...queue }) => ({ ...queue, url: outputs[output] })),
    ...ofErp.flatMap(({ output, ...queue }) => {
      const url = erp?.outputs[output];
      return url === undefined ? [] : [{ ...queue, url }];
    }),
  ];
  return queues.toSorted((a, b) => Number(a.isDeadLetter) - Number(b.isDeadLetter));
}
