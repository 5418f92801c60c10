import { setTimeout as sleep } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { PushQueue } from '#shared/engine/ports.ts';

/** Entries of one SendMessageBatch (limit of SQS). */
const batchLimit = 10;

/** A message that SQS would not take, also not when asked again. */
export class PushQueueError extends Error {
  override name = 'PushQueueError';
}

/** PushQueue. The message group is the instance, so that one university's September does not starve the others. */
export function pushQueue(client: SQSClient, queueUrl: string): PushQueue {
  return {
    async send(units, delaySeconds = 0) {
      for (let start = 0; start < units.length; start += batchLimit) {
        const entries = units.slice(start, start + batchLimit).map((unit, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(unit),
          MessageGroupId: unit.instance,
          DelaySeconds: delaySeconds,
        }));
        await sendBatch(client, queueUrl, entries);
      }
    },
  };
}

/** SQS can take a part of a batch only; the rest is sent again twice before the caller hears of it. */
async function sendBatch(
  client: SQSClient,
  QueueUrl: string,
  entries: SendMessageBatchRequestEntry[],
): Promise<void> {
  let rest = entries;
  for (const wait of [0, 200, 1_000]) {
    await sleep(wait);
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: rest }));
    const failed = new Set(Failed.map(({ Id }) => Id));
    rest = rest.filter(({ Id }) => failed.has(Id));
    if (rest.length === 0) return;
  }
  throw new PushQueueError(
    `SQS did not take ${rest.length} work units; the batch they come from is tried again.`,
  );
}
