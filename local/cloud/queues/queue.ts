import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../virtual-clock.ts';

/** A queue of the template. Times in seconds. */
export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visibilityTimeout: number;
  readonly delaySeconds: number;
  readonly receiveWaitSeconds: number;
  /** bytes */
  readonly maximumMessageSize: number;
  readonly redrivePolicy: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: string | undefined;
}

/** What a caller sends. */
export interface OutgoingMessage {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly messageGroupId?: string | undefined;
  readonly traceHeader?: string | undefined;
}

/** A message in a queue. Times are virtual, in milliseconds since 1970. */
export interface Message extends OutgoingMessage {
  readonly messageId: string;
  readonly messageGroupId: string | undefined;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAt: number;
  state: 'visible' | 'in-flight' | 'delayed';
  /** When it becomes visible, where it is not. */
  visibleAt: number | undefined;
  receiveCount: number;
  firstReceivedAt: number | undefined;
  /** Names its last delivery. */
  receiptHandle: string;
}

/** The messages of one queue, delayed and hidden by the virtual clock. Nothing here waits. */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #clock: VirtualClock;
  readonly #deadLetters: () => Queue | undefined;
  /** All messages, each with what ends its being hidden. */
  readonly #messages = new Map<Message, () => void>();
  /** Those that can be received, in the order in which they became so. */
  readonly #visible = new Set<Message>();
  readonly #inFlight = new Map<string, Message>();
  #watchers: (() => void)[] = [];

  /** @param deadLetters where messages go that were received too often */
  constructor(definition: QueueDefinition, clock: VirtualClock, deadLetters: () => Queue | undefined) {
    this.definition = definition;
    this.#clock = clock;
    this.#deadLetters = deadLetters;
  }

  /** All messages as they are now, also delayed and received ones, without touching them. */
  get messages(): Message[] {
    return [...this.#messages.keys()].map((message) => ({ ...message }));
  }

  /** @param watcher called, in the same turn, whenever a message becomes visible. @returns ends that */
  watch(watcher: () => void): () => void {
    this.#watchers.push(watcher);
    return () => {
      this.#watchers = this.#watchers.filter((one) => one !== watcher);
    };
  }

  /** @param delaySeconds before it becomes visible */
  send(outgoing: OutgoingMessage, delaySeconds = this.definition.delaySeconds): Message {
    const message: Message = {
      ...outgoing,
      messageId: randomUUID(),
      messageGroupId: outgoing.messageGroupId,
      messageAttributes: outgoing.messageAttributes ?? {},
      sentAt: this.#clock.now(),
      state: 'visible',
      visibleAt: undefined,
      receiveCount: 0,
      firstReceivedAt: undefined,
      receiptHandle: '',
    };
    this.#hide(message, 'delayed', delaySeconds);
    return message;
  }

  /**
   * Hides messages from whoever receives next. One that has been received as often as the redrive policy allows goes to
   * the dead letters instead.
   *
   * @param visibilityTimeout seconds until the messages come back unless deleted
   */
  receive(maximum: number, visibilityTimeout = this.definition.visibilityTimeout): Message[] {
    const { maxReceiveCount = Number.POSITIVE_INFINITY } = this.definition.redrivePolicy ?? {};
    const received: Message[] = [];
    for (const message of this.#visible) {
      if (received.length === maximum) break;
      this.#visible.delete(message);
      const deadLetters = message.receiveCount < maxReceiveCount ? undefined : this.#deadLetters();
      if (deadLetters) {
        this.#messages.delete(message);
        deadLetters.#show(message);
        continue;
      }
      message.receiveCount += 1;
      message.firstReceivedAt ??= this.#clock.now();
      message.receiptHandle = randomUUID();
      this.#inFlight.set(message.receiptHandle, message);
      received.push(message);
    }
    // Only now: those that come back at once are for the next call.
    for (const message of received) this.#hide(message, 'in-flight', visibilityTimeout);
    return received;
  }

  /** @returns whether the message was still hidden under this handle */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.#inFlight.get(receiptHandle);
    if (message) this.#hide(message, 'in-flight', seconds);
    return message !== undefined;
  }

  /** Deletes a received message; a handle that is not known any more is not an error, as on AWS. */
  delete(receiptHandle: string): void {
    const message = this.#inFlight.get(receiptHandle);
    if (message) this.#forget(message);
  }

  /** Forgets all messages. */
  purge(): void {
    for (const message of this.#messages.keys()) this.#forget(message);
  }

  #hide(message: Message, state: 'in-flight' | 'delayed', seconds: number): void {
    this.#messages.get(message)?.();
    if (seconds === 0) {
      this.#show(message);
      return;
    }
    message.state = state;
    message.visibleAt = this.#clock.now() + seconds * 1000;
    const label = `${state === 'delayed' ? 'message' : 'visibility'} ${this.definition.name}`;
    this.#messages.set(
      message,
      this.#clock.schedule(message.visibleAt, label, () => this.#show(message)),
    );
  }

  #show(message: Message): void {
    message.state = 'visible';
    message.visibleAt = undefined;
    this.#inFlight.delete(message.receiptHandle);
    this.#messages.set(message, () => {});
    this.#visible.add(message);
    for (const watcher of this.#watchers) watcher();
  }

  #forget(message: Message): void {
    this.#messages.get(message)?.();
    this.#messages.delete(message);
    this.#visible.delete(message);
    this.#inFlight.delete(message.receiptHandle);
  }
}
