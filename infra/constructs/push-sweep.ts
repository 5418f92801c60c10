import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

export interface PushSweepProps {
  readonly config: Config;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly schedules: Schedules;
}

/** push-sweep: finds what the stream and the retries have missed, three times an hour. */
export function createPushSweep(
  scope: Construct,
  { config, tables, queues, schedules }: PushSweepProps,
): SyncFunction {
  const pushSweep = new SyncFunction(scope, 'PushSweep', {
    config,
    name: 'push-sweep',
    timeout: queues.sweepTimeout,
    // A sweep of many records goes on in a part of its own, and that in another one.
    mayLoop: true,
    // It computes rather than waits, and keeps the records of a university in memory: a whole processor.
    memorySize: 1769,
  });
  pushSweep.bindTable({
    table: tables.records,
    actions: ['Query', 'BatchGetItem'],
    variable: 'RECORDS_TABLE',
  });
  pushSweep.bindTable({
    table: tables.links,
    actions: ['Query', 'BatchGetItem', 'BatchWriteItem'],
    variable: 'LINKS_TABLE',
  });
  pushSweep.bindTable({
    table: tables.mappings,
    actions: ['Query', 'BatchGetItem'],
    variable: 'MAPPINGS_TABLE',
  });
  // A handful of rows: read whole; the brake's counts are kept there.
  pushSweep.bindTable({
    table: tables.instances,
    actions: ['Scan', 'GetItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  pushSweep.bindQueue({ queue: queues.push, variable: 'PUSH_QUEUE_URL' });
  pushSweep.bindQueue({ queue: queues.sweep, variable: 'SWEEP_QUEUE_URL' });
  pushSweep.addEnvironment('SWEEP_PAGE_SIZE', '500');
  pushSweep.addEnvironment('SWEEP_RESERVE_SECONDS', String(Duration.minutes(1).toSeconds()));
  // Two instances at a time: one with a million records does not hold up the others.
  pushSweep.addEventSource(
    new SqsEventSource(queues.sweep, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
  );

  const target = schedules.queueTarget('PushSweep', queues.sweep);
  const { pushStructure, pushStudents, pushTeachers } = config.schedules;
  const sweeps = [
    { id: 'PushStructureSchedule', sweep: 'structure', expression: pushStructure },
    { id: 'PushStudentsSchedule', sweep: 'students', expression: pushStudents },
    { id: 'PushTeachersSchedule', sweep: 'teachers', expression: pushTeachers },
  ];
  for (const { id, sweep, expression } of sweeps) {
    schedules.add(id, {
      expression,
      description: `Sweeps ${sweep}: pushes what the stream and the retries have missed`,
      target,
      input: { sweep },
    });
  }
  return pushSweep;
}
