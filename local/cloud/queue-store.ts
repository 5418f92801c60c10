import { createHash, randomUUID } from 'node:crypto';
import { buildApp } from 'fauxqs';
import { lastPart } from './account.ts';
import type { Activity } from './activity.ts';
import { ServiceError } from './cloud-error.ts';
import { InProcessService, type ServiceAnswer } from './in-process-service.ts';
import { splitNote, withNote } from './message-note.ts';
import type {
  MessageAttribute,
  OutgoingMessage,
  PeekedMessage,
  QueueDefinition,
  ReceivedMessage,
} from './sqs-message.ts';
import type { VirtualClock } from './virtual-clock.ts';

type FauxqsApp = Awaited<ReturnType<typeof buildApp>>;

/** What fauxqs shows of a queue, as far as it is used. */
interface InspectedQueue {
  readonly messages: {
    readonly ready: InspectedMessage[];
    readonly inflight: { readonly message: InspectedMessage; readonly receiptHandle: string }[];
  };
}

interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly approximateReceiveCount: number;
  readonly messageAttributes: Record<string, MessageAttribute>;
}

/** The longest fauxqs allows; the virtual clock decides earlier, and fauxqs's own real-time timer never does. */
const realVisibilitySeconds = 43_200;

interface Held {
  readonly queue: QueueDefinition;
  readonly message: OutgoingMessage;
  readonly messageId: string;
  readonly visibleAt: number;
}

interface InFlight {
  readonly messageId: string | undefined;
  readonly visibleAt: number;
  readonly cancel: () => void;
}

/** What SQS answers for one message; its digest of the attributes is left out, it would cover the hidden note. */
export interface SendAnswer {
  readonly MessageId: string;
  readonly MD5OfMessageBody: string;
}

/** fauxqs with delays and visibility timeouts taken over by the virtual clock. */
export class QueueStore {
  readonly #app: FauxqsApp;
  readonly #fauxqs: InProcessService;
  readonly #clock: VirtualClock;
  readonly #activity: Activity;
  readonly #queues = new Map<string, QueueDefinition>();
  readonly #listeners = new Map<string, () => void>();
  /** virtual milliseconds by message id */
  readonly #firstReceived = new Map<string, number>();
  readonly #held = new Map<string, Held>();
  readonly #inFlight = new Map<string, InFlight>();

  private constructor(app: FauxqsApp, clock: VirtualClock, activity: Activity) {
    this.#app = app;
    this.#fauxqs = new InProcessService(app.routing);
    this.#clock = clock;
    this.#activity = activity;
  }

  /** Starts an empty fauxqs, which would listen on all interfaces: it is not made to listen. */
  static async start(clock: VirtualClock, activity: Activity): Promise<QueueStore> {
    const app = buildApp({ logger: false });
    await app.ready();
    return new QueueStore(app, clock, activity);
  }

  /** Creates a queue. */
  async create(queue: QueueDefinition): Promise<void> {
    this.#queues.set(queue.name, queue);
    await this.call('CreateQueue', {
      QueueName: queue.name,
      Attributes: {
        VisibilityTimeout: String(realVisibilitySeconds),
        ...(queue.redrivePolicy ? { RedrivePolicy: JSON.stringify(queue.redrivePolicy) } : {}),
        ...(queue.maximumMessageSize ? { MaximumMessageSize: String(queue.maximumMessageSize) } : {}),
      },
    });
  }

  /** All queues. */
  get queues(): QueueDefinition[] {
    return [...this.#queues.values()];
  }

  /** @param urlOrArn or plain name; throws QueueDoesNotExist */
  queue(urlOrArn: string): QueueDefinition {
    const queue = this.#queues.get(lastPart(urlOrArn));
    if (!queue) throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  /** @param listener called, in the same turn, whenever messages of the queue become visible */
  onVisible(queueName: string, listener: () => void): void {
    this.#listeners.set(queueName, listener);
  }

  /** @returns the answer of SendMessage, or fauxqs's error thrown as ServiceError */
  async send(queue: QueueDefinition, message: OutgoingMessage, promisedId?: string): Promise<SendAnswer> {
    const delay = message.DelaySeconds ?? queue.delaySeconds;
    if (delay > 0) return this.#hold(queue, message, delay);
    const { MessageId, MD5OfMessageBody } = await this.call('SendMessage', {
      QueueUrl: queue.url,
      ...this.#annotate(message, promisedId),
    });
    this.#listeners.get(queue.name)?.();
    return { MessageId, MD5OfMessageBody };
  }

  /** Sends up to ten undelayed entries in one call. @returns the answer of SendMessageBatch */
  async sendBatch(
    queue: QueueDefinition,
    entries: readonly (OutgoingMessage & { Id: string })[],
  ): Promise<{ Successful: (SendAnswer & { Id: string })[]; Failed: unknown[] }> {
    const answer = await this.call('SendMessageBatch', {
      QueueUrl: queue.url,
      Entries: entries.map((entry) => ({ Id: entry.Id, ...this.#annotate(entry) })),
    });
    this.#listeners.get(queue.name)?.();
    const Successful = answer.Successful.map(
      ({ Id, MessageId, MD5OfMessageBody }: SendAnswer & { Id: string }) => ({
        Id,
        MessageId,
        MD5OfMessageBody,
      }),
    );
    return { Successful, Failed: answer.Failed };
  }

  /**
   * @param maximum 1–10
   * @param visibilityTimeout virtual seconds until the messages come back unless deleted
   * @param waitSeconds real seconds to wait for a first message, as long as anything is under way that could send one
   */
  async receive(
    queue: QueueDefinition,
    maximum: number,
    visibilityTimeout = queue.visibilityTimeout,
    waitSeconds = 0,
  ): Promise<ReceivedMessage[]> {
    const answer = await this.call('ReceiveMessage', {
      QueueUrl: queue.url,
      MaxNumberOfMessages: maximum,
      WaitTimeSeconds: this.#activity.isBusy ? waitSeconds : 0,
      VisibilityTimeout: realVisibilitySeconds,
      AttributeNames: ['All'],
    });
    // Receiving is also when fauxqs moves messages that were received too often to the dead-letter queue.
    if (queue.redrivePolicy) this.#listeners.get(lastPart(queue.redrivePolicy.deadLetterTargetArn))?.();
    const messages = ((answer.Messages ?? []) as ReceivedMessage[]).map((raw) => this.#restore(raw));
    for (const { ReceiptHandle, MessageId } of messages)
      await this.changeVisibility(queue, ReceiptHandle, visibilityTimeout, MessageId);
    return messages;
  }

  /** Makes the message visible again after so many virtual seconds; 0 = at once. */
  async changeVisibility(
    queue: QueueDefinition,
    handle: string,
    seconds: number,
    messageId = this.#inFlight.get(handle)?.messageId,
  ): Promise<void> {
    this.#inFlight.get(handle)?.cancel();
    this.#inFlight.delete(handle);
    if (seconds === 0) return this.#reappear(queue, handle);
    const visibleAt = this.#clock.now() + seconds * 1000;
    const cancel = this.#clock.schedule(visibleAt, `visibility ${queue.name}`, () => {
      this.#inFlight.delete(handle);
      // A handle that meanwhile expired needs no more than to be forgotten.
      void this.#activity.track(() => this.#reappear(queue, handle).catch(() => {}));
    });
    this.#inFlight.set(handle, { messageId, visibleAt, cancel });
  }

  /** Deletes a received message; an unknown handle is not an error, as on AWS. */
  async delete(queue: QueueDefinition, handle: string): Promise<void> {
    const { cancel, messageId } = this.#inFlight.get(handle) ?? {};
    cancel?.();
    this.#inFlight.delete(handle);
    if (messageId) this.#firstReceived.delete(messageId);
    await this.call('DeleteMessage', { QueueUrl: queue.url, ReceiptHandle: handle });
  }

  /** Forgets all messages of a queue. */
  async purge(queue: QueueDefinition): Promise<void> {
    for (const [id, held] of this.#held) if (held.queue === queue) this.#held.delete(id);
    await this.call('PurgeQueue', { QueueUrl: queue.url });
  }

  /** @returns every message of the queue without receiving any */
  async peek(queue: QueueDefinition): Promise<PeekedMessage[]> {
    const inspected = JSON.parse(await this.#fauxqs.get(`/_fauxqs/queues/${queue.name}`)) as InspectedQueue;
    const { ready, inflight } = inspected.messages;
    const show = (
      raw: InspectedMessage,
      state: 'visible' | 'in-flight',
      visibleAt?: number,
    ): PeekedMessage => {
      const { note, own } = splitNote(raw.messageAttributes);
      return {
        messageId: note.messageId ?? raw.messageId,
        body: raw.body,
        state,
        messageGroupId: note.groupId,
        receiveCount: raw.approximateReceiveCount,
        messageAttributes: own,
        visibleAt,
      };
    };
    const held = [...this.#held.values()].filter((one) => one.queue === queue);
    return [
      ...ready.map((raw) => show(raw, 'visible')),
      ...inflight.map(({ message, receiptHandle }) =>
        show(message, 'in-flight', this.#inFlight.get(receiptHandle)?.visibleAt),
      ),
      ...held.map(({ message, messageId, visibleAt }) => ({
        messageId,
        body: message.MessageBody,
        state: 'delayed' as const,
        messageGroupId: message.MessageGroupId,
        receiveCount: 0,
        messageAttributes: message.MessageAttributes ?? {},
        visibleAt,
      })),
    ];
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers of SQS's JSON protocol, whose shapes fauxqs does not export
  async call(action: string, input: unknown): Promise<any> {
    const answer: ServiceAnswer = await this.#fauxqs.call(`AmazonSQS.${action}`, JSON.stringify(input));
    const body = answer.text ? JSON.parse(answer.text) : {};
    if (answer.status === 200) return body;
    throw new ServiceError(
      lastPart(String(body.__type).replace('#', ':')),
      String(body.message),
      answer.status,
    );
  }

  /** Ends fauxqs and forgets the messages. */
  async stop(): Promise<void> {
    this.#listeners.clear();
    await this.#app.close();
  }

  #hold(queue: QueueDefinition, message: OutgoingMessage, delay: number): SendAnswer {
    if (delay > 900)
      throw new ServiceError(
        'InvalidParameterValue',
        `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      );
    const messageId = randomUUID();
    const visibleAt = this.#clock.now() + delay * 1000;
    this.#held.set(messageId, { queue, message, messageId, visibleAt });
    this.#clock.schedule(visibleAt, `message ${queue.name}`, () => {
      if (!this.#held.has(messageId)) return;
      void this.#activity.track(async () => {
        await this.send(queue, { ...message, DelaySeconds: 0 }, messageId);
        this.#held.delete(messageId);
      });
    });
    return {
      MessageId: messageId,
      MD5OfMessageBody: createHash('md5').update(message.MessageBody).digest('hex'),
    };
  }

  async #reappear(queue: QueueDefinition, handle: string): Promise<void> {
    await this.call('ChangeMessageVisibility', {
      QueueUrl: queue.url,
      ReceiptHandle: handle,
      VisibilityTimeout: 0,
    });
    this.#listeners.get(queue.name)?.();
  }

  #annotate({ MessageBody, MessageAttributes, ...message }: OutgoingMessage, promisedId?: string) {
    const note = {
      groupId: message.MessageGroupId,
      sentAt: this.#clock.now(),
      messageId: promisedId,
      trace: message.MessageSystemAttributes?.AWSTraceHeader?.StringValue,
    };
    return { MessageBody, MessageAttributes: withNote(MessageAttributes, note) };
  }

  #restore({ MD5OfMessageAttributes: _, ...raw }: ReceivedMessage): ReceivedMessage {
    const { note, own } = splitNote(raw.MessageAttributes);
    const MessageId = note.messageId ?? raw.MessageId;
    const firstReceived = this.#firstReceived.get(MessageId) ?? this.#clock.now();
    this.#firstReceived.set(MessageId, firstReceived);
    return {
      ...raw,
      MessageId,
      MessageAttributes: own,
      Attributes: {
        ...raw.Attributes,
        SentTimestamp: String(note.sentAt),
        ApproximateFirstReceiveTimestamp: String(firstReceived),
        ...(note.groupId ? { MessageGroupId: note.groupId } : {}),
        ...(note.trace ? { AWSTraceHeader: note.trace } : {}),
      },
    };
  }
}
