import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { region } from '../account.ts';
import type { Activity } from '../activity.ts';
import type { InvocationResult } from '../functions/execution-environment.ts';
import type { FunctionRuntime } from '../functions/function-runtime.ts';
import { lineageOf, merged } from '../functions/lineage.ts';
import type { Message, Queue } from './queue.ts';
import { md5, systemAttributes } from './sqs-service.ts';

export interface QueueMapping {
  readonly queue: Queue;
  readonly runtime: FunctionRuntime;
  readonly batchSize: number;
  /** real milliseconds at the most; 0 = deliver at once */
  readonly windowMilliseconds: number;
  readonly maximumConcurrency: number;
  readonly reportsFailures: boolean;
}

/** Real milliseconds without a new message that end a batching window. */
const quietMilliseconds = 15;

/** Feeds a function from a queue, woken by messages that become visible, never by time. */
export class QueuePoller {
  readonly #mapping: QueueMapping;
  readonly #activity: Activity;
  #working = 0;
  #isReceiving = false;
  #isWoken = false;
  #isStopped = false;

  constructor(mapping: QueueMapping, activity: Activity) {
    this.#mapping = mapping;
    this.#activity = activity;
    mapping.queue.watch(() => this.wake());
  }

  /** There may be messages, or room for another invocation. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isReceiving && !this.#isStopped) void this.#activity.track(() => this.#dispatch());
  }

  /** Receives nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  async #dispatch(): Promise<void> {
    this.#isReceiving = true;
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      // What is sent in this turn makes one batch.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#working < this.#mapping.maximumConcurrency && !this.#isStopped) {
        const messages = await this.#receive();
        if (messages.length === 0) break;
        this.#working += 1;
        void this.#activity.track(async () => {
          await this.#work(messages);
          this.#working -= 1;
          this.wake();
        });
      }
    }
    this.#isReceiving = false;
  }

  async #receive(): Promise<Message[]> {
    const { queue, batchSize, windowMilliseconds } = this.#mapping;
    const end = performance.now() + windowMilliseconds;
    const messages = queue.receive(batchSize);
    while (messages.length > 0 && messages.length < batchSize && performance.now() < end) {
      this.#isWoken = false;
      await new Promise((resolve) => setTimeout(resolve, quietMilliseconds));
      if (!this.#isWoken) break;
      messages.push(...queue.receive(batchSize - messages.length));
    }
    return messages;
  }

  async #work(messages: readonly Message[]): Promise<void> {
    const { queue, runtime } = this.#mapping;
    const handles = messages.map(({ messageId, receiptHandle }) => ({ messageId, receiptHandle }));
    const event: SQSEvent = { Records: messages.map((message) => toRecord(message, queue.definition.arn)) };
    const lineage = merged(messages.map(({ traceHeader }) => lineageOf(traceHeader)));
    const failed = this.#failed(messages, await runtime.invoke(event, lineage));
    // What is not deleted comes back when its visibility timeout ends, with a higher receive count.
    if (this.#isStopped) return;
    for (const { messageId, receiptHandle } of handles)
      if (!failed.has(messageId)) queue.delete(receiptHandle);
  }

  /** The ids of the messages that are to be delivered again. */
  #failed(messages: readonly Message[], result: InvocationResult): ReadonlySet<string> {
    const all = new Set(messages.map(({ messageId }) => messageId));
    if (!result.ok) return all;
    if (!this.#mapping.reportsFailures) return new Set();
    const { batchItemFailures = [] } = (result.payload ?? {}) as Partial<SQSBatchResponse>;
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    // An identifier that names no message fails the whole batch (Lambda Developer Guide).
    return [...failed].every((id) => all.has(id)) ? failed : all;
  }
}

function toRecord(message: Message, eventSourceARN: string): SQSRecord {
  const messageAttributes = Object.entries(message.messageAttributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message) as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(messageAttributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: region,
  };
}
