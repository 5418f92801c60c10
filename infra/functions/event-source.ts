import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type QueueSource, type StreamSource, saidFor } from '#functions/declaration.ts';
import type { FunctionProps, SyncFunction } from './sync-function.ts';

/** Has a function read the messages of a queue, one at a time: a slow one holds up no other. */
export function readQueue(
  reader: SyncFunction,
  { queue, workers }: QueueSource,
  { config, queues }: FunctionProps,
): void {
  const maxConcurrency = saidFor(config, workers);
  reader.addEventSource(
    new SqsEventSource(queues[queue], { batchSize: 1, maxConcurrency, reportBatchItemFailures: true }),
  );
}

/**
 * Has a function read the stream of a table, from its beginning and in large batches. A mapping rather than
 * DynamoEventSource, which grants ListStreams on every table of the account.
 */
export function readStream(
  reader: SyncFunction,
  { stream, patterns, failures }: StreamSource,
  { config, tables, queues }: FunctionProps,
): void {
  const { tableArn, tableStreamArn: streamArn = '' } = tables[stream];
  reader.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamArn);
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  reader.allow(
    ['dynamodb:ListStreams'],
    `${tableArn}/stream/*`,
    'A listing is granted for all streams of one table; it tells nothing but their names.',
  );

  new EventSourceMapping(reader, 'EventSource', {
    target: reader,
    eventSourceArn: streamArn,
    // LATEST would miss what is written while the mapping is being created.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 1000,
    maxBatchingWindow: Duration.seconds(1),
    filters: patterns(config).map((pattern) => FilterCriteria.filter(pattern)),
    // Unbounded, a record that cannot be read would hold up its part of the table for a day.
    retryAttempts: 5,
    maxRecordAge: Duration.hours(6),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(queues[failures]),
  });
}
