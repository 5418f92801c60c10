import type { Deployment } from './deployment.ts';
import type { ErpOutputs, StackOutputs } from './find-stack.ts';

/** The outputs that hold a queue's URL, and what people call the queue: one of dead letters by what it takes. */
type QueueOutput = Extract<keyof StackOutputs | keyof ErpOutputs, `${string}QueueUrl`>;
type NameOf<Output> = Output extends `${infer Name}QueueUrl`
  ? Name extends `${string}Fail${string}`
    ? Name
    : `${Name}Queue`
  : never;
export type QueueName = NameOf<QueueOutput>;

export interface StackQueue {
  name: QueueName;
  url: string;
  /** Whether what lies in it needs a person. */
  isDeadLetter: boolean;
}

/** All queues of a stack, those that need a person last. */
export function stackQueues({ outputs, erp }: Pick<Deployment, 'outputs' | 'erp'>): StackQueue[] {
  const queues = Object.entries({ ...outputs, ...erp?.outputs }).flatMap(([output, url]) => {
    if (!output.endsWith('QueueUrl')) return [];
    const isDeadLetter = output.includes('Fail');
    const name = output.replace(isDeadLetter ? 'QueueUrl' : 'Url', '') as QueueName;
    return [{ name, url, isDeadLetter }];
  });
  return queues.toSorted((a, b) => Number(a.isDeadLetter) - Number(b.isDeadLetter));
}
