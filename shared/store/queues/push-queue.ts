import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PushMessage, PushQueue, WakeQueue } from '#shared/moodle/push/work-unit.ts';
import { unitQueue } from './unit-queue.ts';

/** PushQueue. The message group is the instance, so that one university's September does not starve the others. */
export function pushQueue(client: SQSClient, queueUrl: string): PushQueue & WakeQueue {
  const queue = unitQueue<PushMessage>(client, queueUrl, ({ instance }) => instance);
  return {
    send: (units, delaySeconds) => queue.send(units, delaySeconds),
    wake: (instance, delaySeconds) => queue.send([{ instance, wake: true }], delaySeconds),
  };
}
