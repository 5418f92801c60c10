import { Duration } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import { readStream } from '#infra/constructs/read-stream.ts';
import { readActions, SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';
import { pushedModels } from '#shared/models/models.ts';

/** record-stream: turns changes of records into work units. */
export function createRecordStream(
  scope: Construct,
  { config, tables, queues }: { config: Config; tables: Tables; queues: Queues },
): SyncFunction {
  const recordStream = new SyncFunction(scope, 'RecordStream', {
    config,
    name: 'record-stream',
    // A thousand changes of a first import take seconds; a batch that is cut off would only be read again in halves.
    timeout: Duration.minutes(5),
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
  readStream(recordStream, tables.records, {
    filters: [
      FilterCriteria.filter({ dynamodb: { Keys: { model: { S: FilterRule.or(...pushedModels) } } } }),
    ],
    failures: queues.streamFailures,
  });
  return recordStream;
}
