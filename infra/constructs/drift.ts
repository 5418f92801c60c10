import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { bindTokens } from '#infra/constructs/bind-tokens.ts';
import type { Network } from '#infra/constructs/network.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { readActions, SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

export interface DriftProps {
  readonly config: Config;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly schedules: Schedules;
  readonly network?: Network | undefined;
}

/** drift: once a day compares what each Moodle holds with the mappings, in a queue of its own: it delays no push and no pull. */
export function createDrift(
  scope: Construct,
  { config, tables, queues, schedules, network }: DriftProps,
): SyncFunction {
  const drift = new SyncFunction(scope, 'Drift', {
    config,
    name: 'drift',
    timeout: queues.driftTimeout,
    // A comparison of a large Moodle goes on in a part of its own, and that in another one.
    mayLoop: true,
    // It keeps what is believed of everybody's courses.
    memorySize: 1769,
    ...(network && { network }),
  });
  drift.bindTable({ table: tables.records, actions: readActions, variable: 'RECORDS_TABLE' });
  drift.bindTable({ table: tables.links, actions: ['Query'], variable: 'LINKS_TABLE' });
  drift.bindTable({
    table: tables.mappings,
    actions: [...readActions, 'PutItem'],
    variable: 'MAPPINGS_TABLE',
  });
  drift.bindTable({
    table: tables.instances,
    actions: ['Scan', 'GetItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  drift.bindQueue({ queue: queues.push, variable: 'PUSH_QUEUE_URL' });
  drift.bindQueue({ queue: queues.drift, variable: 'DRIFT_QUEUE_URL' });
  bindTokens(drift, config);
  drift.addEventSource(
    new SqsEventSource(queues.drift, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
  );
  schedules.add('DriftSchedule', {
    expression: config.schedules.drift,
    description: 'Compares the Moodles whose hour it is with the mappings',
    target: schedules.queueTarget('Drift', queues.drift),
  });
  return drift;
}
