import type { Activity } from '../activity.ts';
import { UnsupportedTemplateError } from '../cloud-error.ts';
import type { FunctionRuntime } from '../functions/function-runtime.ts';
import { QueuePoller } from '../queues/queue-poller.ts';
import type { SqsService } from '../queues/sqs-service.ts';
import type { DynamoDbService } from '../tables/dynamodb-service.ts';
import { eventFilter } from '../tables/event-filter.ts';
import { StreamPoller } from '../tables/stream-poller.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { ResolvedResource } from './template-evaluator.ts';

/** What feeds functions, and what their events come from. */
export interface EventSources {
  readonly dynamodb: DynamoDbService;
  readonly sqs: SqsService;
  readonly clock: VirtualClock;
  readonly activity: Activity;
}

/** Lambda starts with five parallel batches on a standard queue without a maximum. */
const defaultConcurrency = 5;

/** Properties that mean something for one kind of source only. */
const otherKind = {
  queue: [
    'BisectBatchOnFunctionError',
    'MaximumRetryAttempts',
    'MaximumRecordAgeInSeconds',
    'DestinationConfig',
    'FilterCriteria',
  ],
  stream: ['ScalingConfig'],
};

/** Connects a source with a function as an `AWS::Lambda::EventSourceMapping` says. @returns the poller to stop */
export function startMapping(
  { logicalId, properties }: ResolvedResource,
  runtime: FunctionRuntime,
  { dynamodb, sqs, clock, activity }: EventSources,
): { stop(): void } {
  const source = String(properties.EventSourceArn);
  const kind = source.includes(':sqs:') ? 'queue' : source.includes('/stream/') ? 'stream' : undefined;
  if (!kind) throw new UnsupportedTemplateError(`${logicalId}: event source ${source}`);
  const wrong = otherKind[kind].find((name) => name in properties);
  if (wrong) throw new UnsupportedTemplateError(`${logicalId}: ${wrong} on a ${kind}`);
  if (properties.Enabled === false) return { stop: () => {} };
  const shared = {
    runtime,
    batchSize: Number(properties.BatchSize ?? (kind === 'queue' ? 10 : 100)),
    windowMilliseconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    reportsFailures: (properties.FunctionResponseTypes ?? []).includes('ReportBatchItemFailures'),
  };
  if (kind === 'queue') {
    const maximumConcurrency = Number(properties.ScalingConfig?.MaximumConcurrency ?? defaultConcurrency);
    const mapping = { ...shared, queue: sqs.queue(source), maximumConcurrency };
    return new QueuePoller(mapping, activity);
  }
  const destination: string | undefined = properties.DestinationConfig?.OnFailure?.Destination;
  if (destination && !destination.includes(':sqs:'))
    throw new UnsupportedTemplateError(`${logicalId}: on-failure destination ${destination}`);
  const failureQueue = destination ? sqs.queue(destination) : undefined;
  const poller = new StreamPoller(
    {
      ...shared,
      accepts: eventFilter(properties.FilterCriteria, logicalId),
      isServing: () => dynamodb.isServing,
      bisects: properties.BisectBatchOnFunctionError === true,
      maximumRetries: Number(properties.MaximumRetryAttempts ?? -1),
      maximumRecordAge: Number(properties.MaximumRecordAgeInSeconds ?? -1),
      giveUp: failureQueue
        ? (metadata) => {
            failureQueue.send({ body: JSON.stringify(metadata) });
          }
        : undefined,
    },
    clock,
    activity,
  );
  dynamodb.onRecord(source, (record) => poller.push(record));
  return poller;
}
