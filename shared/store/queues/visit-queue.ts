import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { inParts } from '#shared/sync/in-parts.ts';

/** SQS gives and takes so many messages a call. */
const batchLimit = 10;
/** Messages stay hidden from others so long, in seconds, if the visit breaks off. */
const hiddenSeconds = 600;
/** Before the first ones show again, receiving ends, in milliseconds: tens of thousands are seen by then. */
const longestVisit = 300_000;
/** Long polling asks all servers of SQS, so that an empty answer means an empty queue. In seconds. */
const waitSeconds = 1;

/** SQS did not delete messages that it was asked to. */
export class QueueVisitError extends Error {
  override name = 'QueueVisitError';
}

/**
 * Looks at all messages of a queue that nobody reads by itself. SQS shows a message only to who receives it, so each
 * is received, those that are done with are deleted, and the others are given back at once.
 *
 * @param use gets all messages, and answers which are to be deleted
 * @param onProgress told how many have been received so far
 * @throws QueueVisitError
 */
export async function visitQueue<Result>(
  client: SQSClient,
  queueUrl: string,
  use: (messages: Message[]) => Promise<{ remove: Message[]; result: Result }>,
  onProgress: (received: number) => void = () => {},
): Promise<Result> {
  const messages = new Map<string, Message>();
  const end = performance.now() + longestVisit;
  let removed = new Set<Message>();
  try {
    for (;;) {
      const { Messages: received = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: batchLimit,
          VisibilityTimeout: hiddenSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'AWSTraceHeader'],
        }),
      );
      for (const message of received) messages.set(message.MessageId!, message);
      onProgress(messages.size);
      if (received.length === 0 || performance.now() > end) break;
    }
    const { remove, result } = await use([...messages.values()]);
    await deleteAll(client, queueUrl, remove);
    removed = new Set(remove);
    return result;
  } finally {
    await giveBack(
      client,
      queueUrl,
      [...messages.values()].filter((message) => !removed.has(message)),
    );
  }
}

async function deleteAll(client: SQSClient, QueueUrl: string, messages: Message[]): Promise<void> {
  for (const entries of batches(messages)) {
    const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: entries }));
    if (Failed.length > 0) {
      throw new QueueVisitError(
        `SQS did not delete ${Failed.length} messages: ${Failed[0]?.Code ?? 'no reason given'}.`,
      );
    }
  }
}

/** One that cannot be given back shows again by itself when its time is over. */
async function giveBack(client: SQSClient, QueueUrl: string, messages: Message[]): Promise<void> {
  for (const entries of batches(messages)) {
    const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
  }
}

function batches(messages: Message[]): { Id: string; ReceiptHandle: string }[][] {
  return inParts(messages, batchLimit).map((part) =>
    part.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: ReceiptHandle! })),
  );
}
