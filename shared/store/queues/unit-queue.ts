import { setTimeout as sleep } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type QueueName, queueStore } from '#shared/store/part.ts';
import { inParts } from '#shared/sync/in-parts.ts';

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

/** Of which message group a unit is, where the queue is to be fair among groups. */
type GroupOf<Unit> = (unit: Unit) => string | undefined;

/** A queue of units, each a message. */
export function openQueue<Unit>(client: SQSClient, url: string, groupOf?: GroupOf<Unit>): UnitQueue<Unit> {
  return {
    async send(units, delaySeconds = 0) {
      for (const part of inParts(units, batchLimit)) {
        const entries = part.map((unit, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(unit),
          MessageGroupId: groupOf?.(unit),
          DelaySeconds: delaySeconds,
        }));
        await sendBatch(client, url, entries);
      }
    },
  };
}

/** The same, as a part of the stack. */
export function unitQueue<Unit>(queue: QueueName, groupOf?: GroupOf<Unit>) {
  return queueStore(
    queue,
    { send: 'SendMessage' },
    (client, url): UnitQueue<Unit> => openQueue(client, url, groupOf),
  );
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
