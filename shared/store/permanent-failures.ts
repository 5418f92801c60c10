import {
  type Message,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { PermanentFailures } from '#shared/engine/ports.ts';
import { type WorkUnit, workUnitSchema } from '#shared/engine/work-unit.ts';
import { visitQueue } from './visit-queue.ts';

/** What the engine writes on the message of a record that has failed for the last time; all are texts. */
const recordAttributes = [
  'status',
  'instance',
  'model',
  'record_id',
  'reason',
  'attempts',
  'first_failed_at',
  'last_failed_at',
] as const;

/** A message of PermanentlyFailed. */
export interface FailedMessage {
  id: string;
  /** ISO 8601 in UTC. */
  sent_at: string;
  /** What is to be pushed; undefined where the message holds no work unit. */
  unit: WorkUnit | undefined;
  /** The record that was given up; undefined for a unit that crashed the worker, or that a schedule could not send. */
  record: Record<(typeof recordAttributes)[number], string> | undefined;
}

export interface PermanentFailureQueue extends PermanentFailures {
  /**
   * Looks at all messages, the oldest first.
   *
   * @param use answers which of them are to be deleted
   * @param onProgress told how many have been received so far
   */
  visit<Result>(
    use: (messages: FailedMessage[]) => Promise<{ remove: FailedMessage[]; result: Result }>,
    onProgress?: (received: number) => void,
  ): Promise<Result>;
}

/** The dead-letter queue PermanentlyFailed, as the place where an operator finds what all attempts have failed. */
export function permanentFailures(client: SQSClient, queueUrl: string): PermanentFailureQueue {
  return {
    async send(mapping) {
      const attributes: Record<(typeof recordAttributes)[number], string> = {
        status: mapping.status,
        instance: mapping.instance,
        model: mapping.model,
        record_id: mapping.record_id,
        reason: mapping.failure?.code ?? 'unknown',
        attempts: String(mapping.attempts),
        first_failed_at: mapping.first_failed_at ?? '',
        last_failed_at: mapping.last_failed_at ?? '',
      };
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageGroupId: mapping.instance,
          MessageBody: JSON.stringify({
            instance: mapping.instance,
            service: mapping.service,
            ids: [mapping.record_id],
          }),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]): [string, MessageAttributeValue] => [
              name,
              { DataType: 'String', StringValue: value || '-' },
            ]),
          ),
        }),
      );
    },

    visit: (use, onProgress) =>
      visitQueue(
        client,
        queueUrl,
        async (received) => {
          const messages = new Map(received.map((raw) => [toFailedMessage(raw), raw]));
          const oldestFirst = [...messages.keys()].sort((a, b) => a.sent_at.localeCompare(b.sent_at));
          const { remove, result } = await use(oldestFirst);
          return { remove: remove.map((message) => messages.get(message)!), result };
        },
        onProgress,
      ),
  };
}

function toFailedMessage({ MessageId, Attributes, MessageAttributes, Body }: Message): FailedMessage {
  const values = recordAttributes.map((name) => [name, MessageAttributes?.[name]?.StringValue] as const);
  const isRecord = values.every(([, value]) => value !== undefined);
  return {
    id: MessageId!,
    sent_at: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    unit: unitIn(Body ?? ''),
    record: isRecord ? (Object.fromEntries(values) as FailedMessage['record']) : undefined,
  };
}

function unitIn(body: string): WorkUnit | undefined {
  try {
    return workUnitSchema.safeParse(JSON.parse(body)).data;
  } catch {
    // No JSON: whoever sent it, it was none of ours.
    return undefined;
  }
}
