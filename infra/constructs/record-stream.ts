import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import { readActions, SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';
import { pushedModels } from '#shared/oec/models.ts';

/** record-stream: turns changes of records into work units. */
export function createRecordStream(
  scope: Construct,
  { config, tables, queues }: { config: Config; tables: Tables; queues: Queues },
): SyncFunction {
  const recordStream = new SyncFunction(scope, 'RecordStream', {
    config,
    name: 'record-stream',
    timeout: Duration.minutes(1),
  });
  recordStream.bindTable({ table: tables.records, actions: readActions, variable: 'RECORDS_TABLE' });
  recordStream.bindTable({
    table: tables.links,
    actions: ['Query', 'BatchWriteItem'],
    variable: 'LINKS_TABLE',
  });
  recordStream.bindTable({ table: tables.mappings, actions: readActions, variable: 'MAPPINGS_TABLE' });
  // A handful of rows: read whole, and updated when the brake stops an instance.
  recordStream.bindTable({
    table: tables.instances,
    actions: ['Scan', 'Query', 'GetItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  recordStream.bindQueue({ queue: queues.push, variable: 'PUSH_QUEUE_URL' });
  readStream(recordStream, tables, queues);
  return recordStream;
}

/** A mapping rather than DynamoEventSource, which grants ListStreams on every table of the account. */
function readStream(recordStream: SyncFunction, { records }: Tables, { streamFailures }: Queues): void {
  const streamArn = records.tableStreamArn ?? '';
  recordStream.allow(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    streamArn,
  );
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/iam-policy-example-lamda-process-dynamodb-streams.html
  recordStream.allowWithin(
    ['dynamodb:ListStreams'],
    `${records.tableArn}/stream/*`,
    'A listing is granted for all streams of one table; it tells nothing but their names.',
  );

  new EventSourceMapping(recordStream, 'EventSource', {
    target: recordStream,
    eventSourceArn: streamArn,
    // LATEST would miss what is written while the mapping is being created.
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: 1000,
    maxBatchingWindow: Duration.seconds(1),
    filters: [
      FilterCriteria.filter({ dynamodb: { Keys: { model: { S: FilterRule.or(...pushedModels) } } } }),
    ],
    // Unbounded, a record that cannot be read would hold up its part of the table for a day.
    retryAttempts: 5,
    maxRecordAge: Duration.hours(6),
    bisectBatchOnError: true,
    reportBatchItemFailures: true,
    onFailure: new SqsDlq(streamFailures),
  });
}
