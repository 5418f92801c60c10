import { setTimeout as sleep } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Entries of one SendMessageBatch (limit of SQS). */
const batchLimit = 10;

/** A message that SQS would not take, also not when asked again. */
export class UnitQueueError extends Error {
  override name = 'UnitQueueError';
}

/** A queue of units of work. */
export interface UnitQueue<Unit> {
  /** Sends units, at once or after a delay of at most 900 s (the limit of SQS). @throws UnitQueueError */
  send(units: Unit[], delaySeconds?: number): Promise<void>;
}

/** A queue of units, each a message. @param groupOf the message group of a unit, where the queue is fair among some */
export function unitQueue<Unit>(
  client: SQSClient,
  queueUrl: string,
  groupOf?: (unit: Unit) => string,
): UnitQueue<Unit> {
  return {
    async send(units, delaySeconds = 0) {
      for (let start = 0; start < units.length; start += batchLimit) {
        const entries = units.slice(start, start + batchLimit).map((unit, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(unit),
          ...(groupOf && { MessageGroupId: groupOf(unit) }),
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
  throw new UnitQueueError(
    `SQS did not take ${rest.length} work units; the batch they come from is tried again.`,
  );
}
