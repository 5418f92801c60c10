import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { region } from './account.ts';
import type { Activity } from './activity.ts';
import type { FunctionRuntime, InvocationResult } from './function-runtime.ts';
import { lineageOf, merged } from './lineage.ts';
import type { QueueStore } from './queue-store.ts';
import type { QueueDefinition, ReceivedMessage } from './sqs-message.ts';

export interface QueueMapping {
  readonly queue: QueueDefinition;
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
  readonly #store: QueueStore;
  readonly #activity: Activity;
  #working = 0;
  #isReceiving = false;
  #isWoken = false;
  #isStopped = false;

  constructor(mapping: QueueMapping, store: QueueStore, activity: Activity) {
    this.#mapping = mapping;
    this.#store = store;
    this.#activity = activity;
    store.onVisible(mapping.queue.name, () => this.wake());
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

  async #receive(): Promise<ReceivedMessage[]> {
    const { queue, batchSize, windowMilliseconds } = this.#mapping;
    const end = performance.now() + windowMilliseconds;
    const messages: ReceivedMessage[] = [];
    let mayWait = windowMilliseconds > 0;
    while (messages.length < batchSize) {
      const more = await this.#store.receive(queue, Math.min(10, batchSize - messages.length));
      messages.push(...more);
      if (more.length > 0) continue;
      if (messages.length === 0 || !mayWait) break;
      await new Promise((resolve) => setTimeout(resolve, quietMilliseconds));
      mayWait = this.#isWoken && performance.now() < end;
      this.#isWoken = false;
    }
    return messages;
  }

  async #work(messages: readonly ReceivedMessage[]): Promise<void> {
    const { queue, runtime } = this.#mapping;
    const event: SQSEvent = { Records: messages.map((message) => toRecord(message, queue.arn)) };
    const lineage = merged(messages.map(({ Attributes }) => lineageOf(Attributes.AWSTraceHeader)));
    const succeeded = this.#succeeded(messages, await runtime.invoke(event, lineage));
    // What is not deleted comes back when its visibility timeout ends, with a higher receive count.
    if (this.#isStopped) return;
    await Promise.all(succeeded.map(({ ReceiptHandle }) => this.#store.delete(queue, ReceiptHandle)));
  }

  #succeeded(messages: readonly ReceivedMessage[], result: InvocationResult): readonly ReceivedMessage[] {
    if (!result.ok) return [];
    if (!this.#mapping.reportsFailures) return messages;
    const failures = (result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null)
      ?.batchItemFailures;
    const failed = new Set((failures ?? []).map(({ itemIdentifier }) => itemIdentifier));
    // An identifier that names no message fails the whole batch (Lambda Developer Guide).
    const known = new Set(messages.map(({ MessageId }) => MessageId));
    if ([...failed].some((identifier) => !identifier || !known.has(identifier))) return [];
    return messages.filter(({ MessageId }) => !failed.has(MessageId));
  }
}

function toRecord(message: ReceivedMessage, eventSourceARN: string): SQSRecord {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
        name,
        {
          ...(attribute.StringValue === undefined ? {} : { stringValue: attribute.StringValue }),
          ...(attribute.BinaryValue === undefined ? {} : { binaryValue: attribute.BinaryValue }),
          stringListValues: [],
          binaryListValues: [],
          dataType: attribute.DataType,
        },
      ]),
    ) as SQSRecord['messageAttributes'],
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: region,
  };
}
