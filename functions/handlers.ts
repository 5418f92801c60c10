import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { PartialItemFailureResponse } from '@aws-lambda-powertools/batch/types';
import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type {
  Context,
  DynamoDBStreamEvent,
  SQSEvent,
  SQSRecord,
  AttributeValue as StreamValue,
} from 'aws-lambda';
import type * as z from 'zod';
import type { RecordChange } from '#shared/models/changes/record-change.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { readOptions } from '#shared/store/numbers.ts';

/** How every function writes its log, and publishes its metrics where it has any. */
interface Telling {
  readonly log: Logger;
  readonly metrics?: Metrics;
}

function handling<Event, Result>({ log, metrics }: Telling) {
  return middy<Event, Result>()
    .use(injectLambdaContext(log, { resetKeys: true }))
    .use(metrics ? logMetrics(metrics) : []);
}

/** How a message came. */
export interface Delivery {
  readonly id: string;
  /** How often it has been delivered, this time included. */
  readonly receiveCount: number;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
  /** Milliseconds that the function may still run. */
  remaining(): number;
}

/**
 * A handler of a queue's messages, one after another. A message whose work throws comes back by itself; the others of
 * its batch are done.
 *
 * @param failed what the log says then
 */
export function queueHandler<Task>(
  telling: Telling,
  {
    schema,
    failed,
    work,
  }: {
    schema: z.ZodType<Task>;
    failed: string;
    work(task: Task, delivery: Delivery): Promise<void>;
  },
) {
  const { log } = telling;
  const processor = new BatchProcessor(EventType.SQS, { logger: log });
  async function workOff({ messageId, body, attributes }: SQSRecord, context: Context): Promise<void> {
    const task = schema.parse(JSON.parse(body));
    try {
      await work(task, {
        id: messageId,
        receiveCount: Number(attributes.ApproximateReceiveCount),
        sentAt: Number(attributes.SentTimestamp),
        remaining: () => context.getRemainingTimeInMillis(),
      });
    } catch (error) {
      log.error(failed, { error: error as Error, work: task });
      throw error;
    }
  }
  return handling<SQSEvent, PartialItemFailureResponse>(telling).handler(
    (event: SQSEvent, context: Context) =>
      processPartialResponse(event, (message: SQSRecord) => workOff(message, context), processor, {
        context,
        throwOnFullBatchFailure: false,
      }),
  );
}

/**
 * A handler of the changes of some models in the stream of the records. An error has the batch tried again, in halves.
 *
 * @param work told of the changes, and how many the batch had of all models
 */
export function streamHandler<Model extends string>(
  telling: Telling,
  isWanted: (model: string) => model is Model,
  work: (changes: RecordChange<Model>[], ofAll: number) => Promise<void>,
) {
  return handling<DynamoDBStreamEvent, void>(telling).handler((event: DynamoDBStreamEvent) =>
    work(toRecordChanges(event, isWanted), event.Records.length),
  );
}

/** The changes of some models in a batch of the stream of OecRecords, in its order. */
export function toRecordChanges<Model extends string>(
  event: DynamoDBStreamEvent,
  isWanted: (model: string) => model is Model,
): RecordChange<Model>[] {
  return event.Records.flatMap(({ dynamodb }) => {
    const before = toItem(dynamodb?.OldImage);
    const after = toItem(dynamodb?.NewImage);
    const { model, id } = after ?? before ?? {};
    if (typeof model !== 'string' || !isWanted(model) || typeof id !== 'string') return [];
    return [{ model, id, before, after }];
  });
}

function toItem(image: Record<string, StreamValue> | undefined): RecordItem | undefined {
  // Both types describe DynamoDB's own JSON; the event's is the older one.
  return image && (unmarshall(image as Record<string, AttributeValue>, readOptions) as RecordItem);
}

/** A handler of what schedules start the function with. */
export function scheduleHandler<Schema extends z.ZodType>(
  telling: Telling,
  schema: Schema,
  work: (event: z.output<Schema>, context: Context) => Promise<void>,
) {
  return handling<z.input<Schema>, void>(telling).handler((event, context: Context) =>
    work(schema.parse(event), context),
  );
}
