import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

/** Which events of a stream wake the function, and where it is noted what it could not work off. */
export interface StreamReading {
  /** As `FilterCriteria.filter` makes them. */
  readonly filters: Record<string, unknown>[];
  readonly failures: Queue;
}

/**
 * Has a function read the stream of a table, from its beginning and in large batches. A mapping rather than
 * DynamoEventSource, which grants ListStreams on every table of the account.
 */
export function readStream(reader: SyncFunction, table: Table, { filters, failures }: StreamReading): void {
  const streamArn = table.tableStreamArn ?? '';
  reader.allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamArn);
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  reader.allowWithin(
    ['dynamodb:ListStreams'],
    `${table.tableArn}/stream/*`,
    'A listing is granted for all streams of one table; it tells nothing but their names.',
  );

  new EventSourceMapping(reader, 'EventSource', {
    target: reader,
    eventSourceArn: streamArn,
    // LATEST would miss what is written while the mapping is being created.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 1000,
    maxBatchingWindow: Duration.seconds(1),
    filters,
    // Unbounded, a record that cannot be read would hold up its part of the table for a day.
    retryAttempts: 5,
    maxRecordAge: Duration.hours(6),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(failures),
  });
}
