/** A message as SQS's JSON protocol answers it. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes: Record<string, string>;
  MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

/** What a caller sends. */
export interface OutgoingMessage {
  readonly MessageBody: string;
  readonly MessageAttributes?: Record<string, MessageAttribute>;
  readonly MessageGroupId?: string;
  readonly DelaySeconds?: number;
  readonly MessageSystemAttributes?: { readonly AWSTraceHeader?: MessageAttribute };
}

/** A message as tests see it, wherever it is. */
export interface PeekedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly state: 'visible' | 'in-flight' | 'delayed';
  readonly messageGroupId: string | undefined;
  readonly receiveCount: number;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  /** virtual time in milliseconds when a delayed or in-flight message becomes visible */
  readonly visibleAt: number | undefined;
}

/** A queue of the template. Times in seconds. */
export interface QueueDefinition {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly visibilityTimeout: number;
  readonly delaySeconds: number;
  readonly redrivePolicy: { deadLetterTargetArn: string; maxReceiveCount: number } | undefined;
  readonly maximumMessageSize: number | undefined;
}
