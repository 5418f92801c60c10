import type { SQSClient } from '@aws-sdk/client-sqs';
import type { PushQueue } from '#shared/engine/ports.ts';
import type { WorkUnit } from '#shared/engine/work-unit.ts';
import { unitQueue } from './unit-queue.ts';

/** PushQueue. The message group is the instance, so that one university's September does not starve the others. */
export function pushQueue(client: SQSClient, queueUrl: string): PushQueue {
  return unitQueue<WorkUnit>(client, queueUrl, ({ instance }) => instance);
}
