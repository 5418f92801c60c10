import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { accountId, lastPart } from '../account.ts';
import type { Activity } from '../activity.ts';
import { ServiceError } from '../cloud-error.ts';
import { operation, Service } from '../protocol/service.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type Message, Queue, type QueueDefinition } from './queue.ts';

/** The most that a message, and all of a batch, may have (1 MiB since August 2025). */
export const longestRequest = 1_048_576;
const mostEntries = 10;
const longestDelay = 900;
const longestVisibility = 43_200;
const longestWait = 20;
const validBody = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

const between = (least: number, most: number) =>
  z.int(`Must be between ${least} and ${most}`).min(least).max(most);
const attributes = z.record(
  z.string(),
  z.object({
    DataType: z.string(),
    StringValue: z.string().optional(),
    BinaryValue: z.string().optional(),
  }),
);
const names = z.array(z.string()).default([]);
const ofQueue = z.object({ QueueUrl: z.string() });
const ofMessage = ofQueue.extend({ ReceiptHandle: z.string() });
const sent = ofQueue.extend({
  MessageBody: z.string().min(1),
  MessageAttributes: attributes.optional(),
  MessageGroupId: z.string().optional(),
  DelaySeconds: between(0, longestDelay).optional(),
  MessageSystemAttributes: attributes.optional(),
});
const receiving = ofQueue.extend({
  MaxNumberOfMessages: between(1, mostEntries).default(1),
  VisibilityTimeout: between(0, longestVisibility).optional(),
  WaitTimeSeconds: between(0, longestWait).optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
const entry = z.looseObject({
  Id: z.string(),
  MessageBody: z.string().optional(),
  MessageAttributes: attributes.optional(),
});
const batch = ofQueue.extend({ Entries: z.array(entry).default([]) });

/** SQS with the standard queues of the template. */
export class SqsService extends Service {
  readonly #clock: VirtualClock;
  readonly #activity: Activity;
  readonly #queues = new Map<string, Queue>();

  protected readonly operations = {
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), ({ QueueName }) => ({
      QueueUrl: this.queue(QueueName).definition.url,
    })),
    ListQueues: operation(z.object({}), () => ({
      QueueUrls: [...this.#queues.values()].map(({ definition }) => definition.url),
    })),
    SendMessage: operation(sent, (input, trace) => this.#send(input, trace)),
    SendMessageBatch: this.#batchOf('SendMessage'),
    ReceiveMessage: operation(receiving, (input) => this.#receive(input)),
    DeleteMessage: operation(ofMessage, ({ QueueUrl, ReceiptHandle }) => {
      this.queue(QueueUrl).delete(ReceiptHandle);
      return {};
    }),
    DeleteMessageBatch: this.#batchOf('DeleteMessage'),
    ChangeMessageVisibility: operation(
      ofMessage.extend({ VisibilityTimeout: between(0, longestVisibility) }),
      ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
        if (this.queue(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout)) return {};
        throw new ServiceError('MessageNotInflight', 'The message is not in flight.');
      },
    ),
    ChangeMessageVisibilityBatch: this.#batchOf('ChangeMessageVisibility'),
    GetQueueAttributes: operation(
      ofQueue.extend({ AttributeNames: names }),
      ({ QueueUrl, AttributeNames }) => ({
        Attributes: pick(queueAttributes(this.queue(QueueUrl)), AttributeNames),
      }),
    ),
    PurgeQueue: operation(ofQueue, ({ QueueUrl }) => {
      this.queue(QueueUrl).purge();
      return {};
    }),
  };

  /** @param activity while nothing is under way, nobody waits for a message */
  constructor(clock: VirtualClock, activity: Activity) {
    super('SQS', { unknown: 'UnsupportedOperation', invalid: 'InvalidParameterValue' });
    this.#clock = clock;
    this.#activity = activity;
  }

  create(definition: QueueDefinition): void {
    const deadLetters = () => this.find(definition.redrivePolicy?.deadLetterTargetArn);
    this.#queues.set(definition.name, new Queue(definition, this.#clock, deadLetters));
  }

  /** @param urlOrArn or plain name */
  find(urlOrArn: string | undefined): Queue | undefined {
    return urlOrArn === undefined ? undefined : this.#queues.get(lastPart(urlOrArn));
  }

  /** @throws ServiceError QueueDoesNotExist */
  queue(urlOrArn: string): Queue {
    const queue = this.find(urlOrArn);
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  protected override invalid({ code, path, message, input }: z.core.$ZodIssue): ServiceError {
    const name = path.join('.');
    return code === 'invalid_type' && input === undefined
      ? new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`)
      : new ServiceError('InvalidParameterValue', `Parameter ${name} is invalid. Reason: ${message}.`);
  }

  #send(input: z.infer<typeof sent>, trace: string | undefined) {
    const { MessageBody: body, MessageAttributes: messageAttributes } = input;
    const queue = this.queue(input.QueueUrl);
    const { maximumMessageSize } = queue.definition;
    if (!validBody.test(body))
      throw new ServiceError('InvalidMessageContents', 'The message contains characters that SQS refuses.');
    if (sizeOf(input) > maximumMessageSize)
      throw new ServiceError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
      );
    const { messageId } = queue.send(
      {
        body,
        messageAttributes,
        messageGroupId: input.MessageGroupId,
        traceHeader: input.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? trace,
      },
      input.DelaySeconds,
    );
    return { MessageId: messageId, MD5OfMessageBody: md5(body) };
  }

  async #receive(input: z.infer<typeof receiving>) {
    const { MaxNumberOfMessages, VisibilityTimeout, MessageAttributeNames } = input;
    const queue = this.queue(input.QueueUrl);
    const { WaitTimeSeconds = queue.definition.receiveWaitSeconds } = input;
    const receive = () => queue.receive(MaxNumberOfMessages, VisibilityTimeout);
    let messages = receive();
    if (messages.length === 0 && WaitTimeSeconds > 0) {
      await this.#messageOf(queue, WaitTimeSeconds);
      messages = receive();
    }
    if (messages.length === 0) return {};
    const system = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    return {
      Messages: messages.map((message) => ({
        MessageId: message.messageId,
        ReceiptHandle: message.receiptHandle,
        Body: message.body,
        MD5OfBody: md5(message.body),
        // SQS shows none by itself.
        ...unlessEmpty('Attributes', pick(systemAttributes(message), system)),
        ...unlessEmpty('MessageAttributes', pick(message.messageAttributes, MessageAttributeNames)),
      })),
    };
  }

  /** Waits for a message, real seconds at the most, and only as long as anything is under way that could send one. */
  async #messageOf(queue: Queue, seconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = queue.watch(resolve);
    await Promise.race([promise, this.#activity.idle(), sleep(seconds * 1000, undefined, { ref: false })]);
    end();
  }

  /** Does the same for every entry of a batch, each failing for itself. */
  #batchOf(action: string) {
    return operation(batch, async ({ QueueUrl, Entries }, trace) => {
      this.queue(QueueUrl);
      checkBatch(Entries);
      const Successful: object[] = [];
      const Failed: object[] = [];
      for (const { Id, ...entry } of Entries) {
        try {
          Successful.push({ Id, ...(this.perform(action, { QueueUrl, ...entry }, trace) as object) });
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: true });
        }
      }
      return { Successful, Failed };
    });
  }
}

/** What SQS tells of a message beside its body and its own attributes. */
export function systemAttributes(message: Message): Record<string, string> {
  const { sentAt, receiveCount, firstReceivedAt, messageGroupId, traceHeader } = message;
  return {
    SenderId: accountId,
    SentTimestamp: String(sentAt),
    ApproximateReceiveCount: String(receiveCount),
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(messageGroupId !== undefined && { MessageGroupId: messageGroupId }),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
  };
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function queueAttributes({ definition, messages }: Queue): Record<string, string> {
  const count = (state: Message['state']) => messages.filter((message) => message.state === state).length;
  const { redrivePolicy } = definition;
  const values = {
    QueueArn: definition.arn,
    VisibilityTimeout: definition.visibilityTimeout,
    DelaySeconds: definition.delaySeconds,
    MaximumMessageSize: definition.maximumMessageSize,
    ReceiveMessageWaitTimeSeconds: definition.receiveWaitSeconds,
    ApproximateNumberOfMessages: count('visible'),
    ApproximateNumberOfMessagesNotVisible: count('in-flight'),
    ApproximateNumberOfMessagesDelayed: count('delayed'),
    ...(redrivePolicy && { RedrivePolicy: JSON.stringify(redrivePolicy) }),
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function checkBatch(entries: readonly z.infer<typeof entry>[]): void {
  const refuse = (code: string, message: string) => {
    throw new ServiceError(code, message);
  };
  const ids = entries.map(({ Id }) => Id);
  if (entries.length === 0) refuse('EmptyBatchRequest', 'The batch request does not contain any entries.');
  if (entries.length > mostEntries)
    refuse('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${mostEntries}.`);
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id)))
    refuse('InvalidBatchEntryId', 'A batch entry id has up to 80 letters, digits, hyphens and underscores.');
  if (new Set(ids).size < ids.length)
    refuse('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > longestRequest)
    refuse('BatchRequestTooLong', `Batch requests cannot be longer than ${longestRequest} bytes.`);
}

type Sizable = Partial<Pick<z.infer<typeof entry>, 'MessageBody' | 'MessageAttributes'>>;

/** Bytes of a message with its attributes, as SQS counts them. */
function sizeOf({ MessageBody = '', MessageAttributes = {} }: Sizable): number {
  const texts = Object.entries(MessageAttributes).flatMap(([name, attribute]) => [
    name,
    ...Object.values(attribute),
  ]);
  return [MessageBody, ...texts].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}

/** The values that are asked for by name, by the beginning of the name (`kind.*`) or all at once. */
function pick<Value>(values: Readonly<Record<string, Value>>, wanted: readonly string[]) {
  const isWanted = (name: string) =>
    wanted.some(
      (one) => one === 'All' || one === name || (/\.\*$/.test(one) && name.startsWith(one.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(values).filter(([name]) => isWanted(name)));
}

const unlessEmpty = (name: string, values: object) =>
  Object.keys(values).length > 0 ? { [name]: values } : {};
