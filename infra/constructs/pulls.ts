import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import { bindTokens } from '#infra/constructs/bind-tokens.ts';
import type { Network } from '#infra/constructs/network.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { Schedules } from '#infra/constructs/schedules.ts';
import { readActions, SyncFunction } from '#infra/constructs/sync-function.ts';
import type { Tables } from '#infra/constructs/tables.ts';

export interface PullsProps {
  readonly config: Config;
  readonly tables: Tables;
  readonly queues: Queues;
  readonly schedules: Schedules;
  readonly network?: Network | undefined;
}

export interface Pulls {
  readonly pullPlanner: SyncFunction;
  readonly pullWorker: SyncFunction;
}

/** Workers at a time. They have a queue of their own, so that a pull of a large university delays no push. */
const workers = 2;

/** What comes back from Moodle: pull-planner cuts the work into tasks, pull-worker works them off. */
export function createPulls(scope: Construct, props: PullsProps): Pulls {
  return { pullPlanner: createPlanner(scope, props), pullWorker: createWorker(scope, props) };
}

function createPlanner(scope: Construct, { config, tables, queues, schedules }: PullsProps): SyncFunction {
  const planner = new SyncFunction(scope, 'PullPlanner', {
    config,
    name: 'pull-planner',
    timeout: Duration.minutes(5),
  });
  planner.bindTable({ table: tables.mappings, actions: ['Query'], variable: 'MAPPINGS_TABLE' });
  planner.bindTable({ table: tables.instances, actions: ['Scan', 'GetItem'], variable: 'INSTANCES_TABLE' });
  planner.bindQueue({ queue: queues.pull, variable: 'PULL_QUEUE_URL' });
  // Attendance goes both ways by one schedule: with its pull, what the ERP has taken is swept.
  planner.bindQueue({ queue: queues.sweep, variable: 'SWEEP_QUEUE_URL' });

  const target = schedules.functionTarget('PullPlanner', planner, {
    maxEventAge: Duration.minutes(15),
    retryAttempts: 2,
  });
  const { pullGradebook, pullCompletion, syncAttendance } = config.schedules;
  const pulls = [
    { id: 'PullGradebookSchedule', pull: 'gradebook', expression: pullGradebook },
    { id: 'PullCompletionSchedule', pull: 'completion', expression: pullCompletion },
    { id: 'SyncAttendanceSchedule', pull: 'attendance', expression: syncAttendance },
  ];
  for (const { id, pull, expression } of pulls) {
    schedules.add(id, { expression, description: `Plans the pull of ${pull}`, target, input: { pull } });
  }
  return planner;
}

function createWorker(scope: Construct, { config, tables, queues, network }: PullsProps): SyncFunction {
  const worker = new SyncFunction(scope, 'PullWorker', {
    config,
    name: 'pull-worker',
    timeout: queues.pullTimeout,
    // What is left of a task goes on in one of its own, and that in another one.
    mayLoop: true,
    // The report of a course with 2,000 students is 12 MB.
    memorySize: 1024,
    ...(network && { network }),
  });
  worker.bindTable({
    table: tables.records,
    actions: [...readActions, 'PutItem', 'UpdateItem', 'BatchWriteItem'],
    variable: 'RECORDS_TABLE',
  });
  worker.bindTable({ table: tables.links, actions: ['Query'], variable: 'LINKS_TABLE' });
  worker.bindTable({
    table: tables.mappings,
    // PutItem: what is known of a sheet's session is taken back where Moodle holds something else.
    actions: [...readActions, 'PutItem', 'UpdateItem', 'BatchWriteItem'],
    variable: 'MAPPINGS_TABLE',
  });
  // UpdateItem: the brake counts what is taken back.
  worker.bindTable({
    table: tables.instances,
    actions: ['GetItem', 'UpdateItem'],
    variable: 'INSTANCES_TABLE',
  });
  // What is left of a task that has run out of time.
  worker.bindQueue({ queue: queues.pull, variable: 'PULL_QUEUE_URL' });
  bindTokens(worker, config);
  worker.addEventSource(
    new SqsEventSource(queues.pull, { batchSize: 1, maxConcurrency: workers, reportBatchItemFailures: true }),
  );
  return worker;
}
