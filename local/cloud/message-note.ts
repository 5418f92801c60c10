import type { MessageAttribute } from './sqs-message.ts';

/**
 * What fauxqs does not keep: it drops the message group on standard queues, gives a delayed message its id only when it
 * is sent at last, and knows only real time. The note travels with the message as a hidden attribute, so that a
 * receiver that is faster than the sender's answer has it too.
 */
export interface MessageNote {
  readonly groupId: string | undefined;
  /** virtual milliseconds */
  readonly sentAt: number;
  /** promised to the sender of a delayed message */
  readonly messageId: string | undefined;
  /** the trace header that it was sent with */
  readonly trace: string | undefined;
}

type Attributes = Readonly<Record<string, MessageAttribute>>;

const attributeName = 'embedded-cloud.note';

/** @returns the attributes with the note hidden among them */
export const withNote = (attributes: Attributes | undefined, note: MessageNote): Attributes => ({
  ...attributes,
  [attributeName]: { DataType: 'String', StringValue: JSON.stringify(note) },
});

/** @returns the note and the attributes as the sender gave them */
export function splitNote(attributes: Attributes | undefined): { note: MessageNote; own: Attributes } {
  const { [attributeName]: hidden, ...own } = attributes ?? {};
  const unknown = { groupId: undefined, sentAt: 0, messageId: undefined, trace: undefined };
  return { own, note: hidden?.StringValue ? { ...unknown, ...JSON.parse(hidden.StringValue) } : unknown };
}
