import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { commonQueueProperties, type Queues } from '#infra/constructs/queues.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

export interface RetentionProps {
  readonly config: Config;
  readonly retentionDays: number;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly schedules: Schedules;
}

/** Longest part of a run; it goes on in a part of its own after that. */
const timeout = Duration.minutes(10);

/** retention: once a week deletes what is held of people longer than it is needed (docs/data-protection.md). */
export function createRetention(
  scope: Construct,
  { config, retentionDays, tables, queues, schedules }: RetentionProps,
): SyncFunction {
  const queue = new Queue(scope, 'RetentionQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
    deadLetterQueue: { queue: queues.scheduleFailures, maxReceiveCount: 5 },
  });
  // Millions of marks are gone through in several parts.
  const retention = new SyncFunction(scope, 'Retention', {
    config,
    name: 'retention',
    timeout,
    mayLoop: true,
  });
  const { records, links, mappings, instances } = tables;
  retention.bindTable({
    table: records,
    actions: ['Query', 'BatchGetItem', 'DeleteItem'],
    variable: 'RECORDS_TABLE',
  });
  retention.bindTable({ table: links, actions: ['Query'], variable: 'LINKS_TABLE' });
  const rows = ['Query', 'BatchGetItem', 'BatchWriteItem'] as const;
  retention.bindTable({ table: mappings, actions: rows, variable: 'MAPPINGS_TABLE' });
  retention.bindTable({ table: instances, actions: ['Scan'], variable: 'INSTANCES_TABLE' });
  retention.bindQueue({ queue, variable: 'RETENTION_QUEUE_URL' });
  retention.addEnvironment('RETENTION_DAYS', String(retentionDays));
  // One run at a time would be enough; an event source takes no fewer than two.
  retention.addEventSource(
    new SqsEventSource(queue, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
  );
  schedules.add('RetentionSchedule', {
    expression: config.schedules.retention,
    description: 'Deletes what is held of people longer than it is needed',
    target: schedules.queueTarget('Retention', queue),
  });
  return retention;
}
