import {
  type Message,
  type MessageAttributeValue,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { type WorkUnit, workUnitSchema } from '#shared/moodle/push/work-unit.ts';
import { queueStore } from '#shared/store/part.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';
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

/** A message of a queue of failures. */
export interface FailedMessage<Unit = WorkUnit> {
  id: string;
  /** ISO 8601 in UTC. */
  sent_at: string;
  /** What is to be tried; undefined where the message holds no work unit. */
  unit: Unit | undefined;
  /** The record that was given up; undefined for a unit that crashed its function, or that a schedule could not send. */
  record: Record<(typeof recordAttributes)[number], string> | undefined;
  /** Whether it has come through a function so often that Lambda stops it, where that function may not loop. */
  hasLooped: boolean;
}

/** Lambda stops what comes through one function once more than that (Lambda Developer Guide, "Recursive loop detection"). */
const mostRounds = 16;

/** A row of mappings whose last attempt failed. */
type FailedRow = AttemptRow & { instance: string; model: string };

export interface FailureQueue<Row, Unit> {
  send(row: Row): Promise<void>;
  /**
   * Looks at all messages, the oldest first.
   *
   * @param use answers which of them are to be deleted
   * @param onProgress told how many have been received so far
   */
  visit<Result>(
    use: (messages: FailedMessage<Unit>[]) => Promise<{ remove: FailedMessage<Unit>[]; result: Result }>,
    onProgress?: (received: number) => void,
  ): Promise<Result>;
}

/** What the rows of a queue of failures are, and the units that would try them again. */
export interface FailureKind<Row, Unit> {
  recordIdOf(row: Row): string;
  unitOf(row: Row): Unit;
  unitSchema: z.ZodType<Unit>;
  /** The message group, where the queue has some. */
  groupOf?(row: Row): string;
}

export type PermanentFailureQueue = FailureQueue<Mapping, WorkUnit>;

/** What the methods of a queue of failures do. */
export const failureActions = {
  send: 'SendMessage',
  visit: ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'],
} as const;

const pushFailures: FailureKind<Mapping, WorkUnit> = {
  recordIdOf: ({ record_id }) => record_id,
  unitOf: ({ instance, service, record_id }) => ({ instance, service, ids: [record_id] }),
  unitSchema: workUnitSchema,
  groupOf: ({ instance }) => instance,
};

/** The dead-letter queue PermanentlyFailed, as the place where an operator finds what all attempts have failed. */
export const permanentFailures = queueStore(
  'PermanentlyFailedQueue',
  failureActions,
  (client, url): PermanentFailureQueue => failureQueue(client, url, pushFailures),
);

/** A dead-letter queue that also takes the records whose last attempt failed. */
export function failureQueue<Row extends FailedRow, Unit>(
  client: SQSClient,
  queueUrl: string,
  kind: FailureKind<Row, Unit>,
): FailureQueue<Row, Unit> {
  return {
    async send(mapping) {
      const attributes: Record<(typeof recordAttributes)[number], string> = {
        status: mapping.status,
        instance: mapping.instance,
        model: mapping.model,
        record_id: kind.recordIdOf(mapping),
        reason: mapping.failure?.code ?? 'unknown',
        attempts: String(mapping.attempts),
        first_failed_at: mapping.first_failed_at ?? '',
        last_failed_at: mapping.last_failed_at ?? '',
      };
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          ...(kind.groupOf && { MessageGroupId: kind.groupOf(mapping) }),
          MessageBody: JSON.stringify(kind.unitOf(mapping)),
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
          const messages = new Map(received.map((raw) => [toFailedMessage(raw, kind.unitSchema), raw]));
          const oldestFirst = [...messages.keys()].sort((a, b) => a.sent_at.localeCompare(b.sent_at));
          const { remove, result } = await use(oldestFirst);
          return { remove: remove.map((message) => messages.get(message)!), result };
        },
        onProgress,
      ),
  };
}

function toFailedMessage<Unit>(
  { MessageId, Attributes, MessageAttributes, Body }: Message,
  unitSchema: z.ZodType<Unit>,
): FailedMessage<Unit> {
  const values = recordAttributes.map((name) => [name, MessageAttributes?.[name]?.StringValue] as const);
  const isRecord = values.every(([, value]) => value !== undefined);
  return {
    id: MessageId!,
    sent_at: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    unit: unitIn(Body ?? '', unitSchema),
    record: isRecord ? (Object.fromEntries(values) as FailedMessage['record']) : undefined,
    hasLooped: mostRoundsOf(Attributes?.AWSTraceHeader) >= mostRounds,
  };
}

/** The highest count in a trace header such as `Root=1-0-0;Lineage=a87bd80c:1|68fd508a:5`. */
function mostRoundsOf(traceHeader = ''): number {
  const [, lineage = ''] = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader) ?? [];
  return Math.max(0, ...lineage.split('|').map((part) => Number(part.split(':')[1] ?? 0)));
}

function unitIn<Unit>(body: string, unitSchema: z.ZodType<Unit>): Unit | undefined {
  try {
    return unitSchema.safeParse(JSON.parse(body)).data;
  } catch {
    // No JSON: whoever sent it, it was none of ours.
    return undefined;
  }
}
