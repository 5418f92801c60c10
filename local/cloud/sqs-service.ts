import { ServiceError } from './cloud-error.ts';
import type { QueueStore } from './queue-store.ts';
import type { MessageAttribute, OutgoingMessage, QueueDefinition, ReceivedMessage } from './sqs-message.ts';

type Entry = OutgoingMessage & { Id: string; ReceiptHandle: string; VisibilityTimeout: number };

interface Input extends OutgoingMessage {
  readonly QueueUrl: string;
  readonly QueueName: string;
  readonly Entries: Entry[];
  readonly ReceiptHandle: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
  readonly AttributeNames?: string[];
  readonly MessageSystemAttributeNames?: string[];
  readonly MessageAttributeNames?: string[];
}

/** SQS's JSON protocol over the queue store. Queues are made by the template only. */
export class SqsService {
  readonly #store: QueueStore;

  constructor(store: QueueStore) {
    this.#store = store;
  }

  /**
   * @param trace the caller's header X-Amzn-Trace-Id, which messages keep
   * @returns the answer's body; throws ServiceError
   */
  async handle(action: string, body: unknown, trace?: string): Promise<unknown> {
    const input = body as Input;
    if (action === 'GetQueueUrl') return { QueueUrl: this.#store.queue(input.QueueName).url };
    if (action === 'ListQueues') return { QueueUrls: this.#store.queues.map(({ url }) => url) };
    const queue = this.#store.queue(input.QueueUrl ?? '');
    switch (action) {
      case 'SendMessage':
        return this.#store.send(queue, traced(input, trace));
      case 'SendMessageBatch':
        return this.#sendBatch(
          queue,
          (input.Entries ?? []).map((entry) => traced(entry, trace)),
        );
      case 'ReceiveMessage':
        return this.#receive(queue, input);
      case 'DeleteMessage':
        await this.#store.delete(queue, input.ReceiptHandle);
        return {};
      case 'DeleteMessageBatch':
        return forEach(input.Entries, (entry) => this.#store.delete(queue, entry.ReceiptHandle));
      case 'ChangeMessageVisibility':
        await this.#store.changeVisibility(queue, input.ReceiptHandle, input.VisibilityTimeout ?? 0);
        return {};
      case 'ChangeMessageVisibilityBatch':
        return forEach(input.Entries, (entry) =>
          this.#store.changeVisibility(queue, entry.ReceiptHandle, entry.VisibilityTimeout),
        );
      case 'GetQueueAttributes':
        return this.#attributes(queue, input);
      case 'PurgeQueue':
        await this.#store.purge(queue);
        return {};
      default:
        throw new ServiceError('UnsupportedOperation', `The embedded cloud does not know SQS ${action}`);
    }
  }

  async #sendBatch(queue: QueueDefinition, entries: readonly Entry[]): Promise<unknown> {
    const isDelayed = (entry: Entry) => (entry.DelaySeconds ?? queue.delaySeconds) > 0;
    if (!entries.some(isDelayed)) return this.#store.sendBatch(queue, entries);
    if (entries.length > 10)
      throw new ServiceError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
    const answers = await Promise.all(
      entries.map(async (entry) => ({ Id: entry.Id, ...(await this.#store.send(queue, entry)) })),
    );
    return { Successful: answers, Failed: [] };
  }

  async #receive(queue: QueueDefinition, input: Input): Promise<unknown> {
    const messages = await this.#store.receive(
      queue,
      input.MaxNumberOfMessages ?? 1,
      input.VisibilityTimeout,
      input.WaitTimeSeconds,
    );
    const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    return messages.length === 0
      ? {}
      : { Messages: messages.map((message) => only(message, system, input.MessageAttributeNames ?? [])) };
  }

  async #attributes(queue: QueueDefinition, input: Input): Promise<unknown> {
    const answer = await this.#store.call('GetQueueAttributes', {
      QueueUrl: queue.url,
      AttributeNames: input.AttributeNames,
    });
    const delayed = (await this.#store.peek(queue)).filter(({ state }) => state === 'delayed').length;
    const own: Record<string, string> = {
      VisibilityTimeout: String(queue.visibilityTimeout),
      DelaySeconds: String(queue.delaySeconds),
      ApproximateNumberOfMessagesDelayed: String(delayed),
    };
    const attributes: Record<string, string> = answer.Attributes ?? {};
    for (const [name, value] of Object.entries(own)) if (name in attributes) attributes[name] = value;
    return { Attributes: attributes };
  }
}

/** The message with the trace header of the call that sends it, unless it brings one of its own. */
function traced<Message extends OutgoingMessage>(message: Message, trace: string | undefined): Message {
  if (trace === undefined) return message;
  const AWSTraceHeader = { DataType: 'String', StringValue: trace };
  return { ...message, MessageSystemAttributes: { AWSTraceHeader, ...message.MessageSystemAttributes } };
}

/** Does the same for every entry of a batch request, each failing for itself. */
async function forEach(entries: readonly Entry[] = [], action: (entry: Entry) => Promise<void>) {
  const Successful: { Id: string }[] = [];
  const Failed: { Id: string; Code: string; Message: string; SenderFault: boolean }[] = [];
  for (const entry of entries) {
    try {
      await action(entry);
      Successful.push({ Id: entry.Id });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}

/** Shows the attributes that were asked for: SQS shows none by itself. */
function only(message: ReceivedMessage, system: string[], custom: string[]): Partial<ReceivedMessage> {
  const { Attributes, MessageAttributes, ...rest } = message;
  const pick = <T>(values: Record<string, T>, names: string[]) =>
    Object.fromEntries(
      Object.entries(values).filter(([name]) =>
        names.some(
          (wanted) =>
            wanted === 'All' ||
            wanted === name ||
            (wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2))),
        ),
      ),
    );
  const shown = pick<MessageAttribute>(MessageAttributes ?? {}, custom);
  return {
    ...rest,
    ...(system.length > 0 ? { Attributes: pick(Attributes, system) } : {}),
    ...(Object.keys(shown).length > 0 ? { MessageAttributes: shown } : {}),
  };
}
