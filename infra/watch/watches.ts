import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { gaugeMinutes } from '#functions/health-check/declaration.ts';
import type { SyncFunction, SyncFunctions } from '#infra/functions/sync-function.ts';
import type { Queues } from '#infra/storage/queues.ts';
import type { Tables } from '#infra/storage/tables.ts';

/** What is watched: value above the threshold in all periods → alarm, with what a person can do about it. */
export interface Watch {
  readonly id: string;
  readonly metric: Metric | MathExpression;
  /** 0 unless given: the first one counted is one too many. */
  readonly threshold?: number;
  /** 1 unless given. */
  readonly periods?: number;
  /** The alarm is a value below the threshold, or none at all. */
  readonly isHeartbeat?: true;
  /** It tells of a moment: one period of several is enough, and nothing has ended when it is over. */
  readonly isMoment?: true;
  readonly meaning: string;
}

/** Whose metrics are watched. */
export interface Watched {
  readonly tables: Tables;
  readonly queues: Queues;
  readonly functions: SyncFunctions;
}

/** From which value on a person is called. */
export const thresholds = {
  /** Normal is about a second; a September import may need minutes. */
  streamLag: Duration.minutes(15),
  /** Units that wait for an instance lie elsewhere, so an hour means that they are not worked off. */
  pushQueueAge: Duration.hours(1),
  /** Tasks that waited longer are left to the next plan. */
  pullQueueAge: Duration.hours(2),
  /** In a row, so that one slow batch in a large import is no alarm. */
  pushQueueAgePeriods: 3,
  /** In a row: what is throttled for a moment is repeated by the SDK. */
  tableThrottlesPeriods: 3,
  /** Checks in a row: a Moodle that restarts at the wrong moment is no alarm. */
  unhealthyPeriods: 2,
  /** Two runs of four may be lost: the first is late after a deployment. */
  heartbeat: Duration.minutes(30),
  heartbeatPeriods: 2,
} as const;

/** How often the gauges of the instances are published. */
export const gaugePeriod = Duration.minutes(gaugeMinutes);

/** How often what is counted is looked at. */
export const watchPeriod = Duration.minutes(5);
const period = watchPeriod;

/** For how long the oldest message of a queue has waited, in seconds. */
export function ageOf(queue: Queue, every = watchPeriod): Metric {
  return queue.metricApproximateAgeOfOldestMessage({ period: every, statistic: Stats.MAXIMUM });
}

/** How many messages lie in a queue. */
export function depthOf(queue: Queue, every = watchPeriod): Metric {
  return queue.metricApproximateNumberOfMessagesVisible({ period: every, statistic: Stats.MAXIMUM });
}

/** Everything that is watched. */
export function watches(watched: Watched): Watch[] {
  return [
    ...ofInstances(watched),
    ...ofQueues(watched),
    ...ofTables(watched),
    ...Object.values(watched.functions).flatMap(ofFunction),
  ];
}

/** How the instances fare, as health-check publishes it. */
function ofInstances({ functions: { drift, 'health-check': healthCheck } }: Watched): Watch[] {
  const gauge = (name: string, statistic: string = Stats.MAXIMUM, every = gaugePeriod) =>
    healthCheck.ownMetric(name, { period: every, statistic });
  return [
    {
      id: 'StaleSyncAlarm',
      metric: gauge('StaleInstances'),
      meaning: 'A Moodle has not been synced for longer than its stale_after_hours: see its health.',
    },
    {
      id: 'UnhealthyInstanceAlarm',
      metric: gauge('UnhealthyInstances'),
      periods: thresholds.unhealthyPeriods,
      meaning:
        'A Moodle does not answer or is not set up as needed: see the findings in the log of health-check.',
    },
    {
      id: 'BrakeOnAlarm',
      metric: gauge('InstancesWithBrakeOn'),
      meaning:
        'The brake is on: unusually much would be suspended, unenrolled or hidden. Nothing of it is done until an ' +
        'operator has looked and released it.',
    },
    {
      id: 'DriftHeldAlarm',
      metric: drift.ownMetric('DriftHeld', { period, statistic: Stats.SUM }),
      meaning:
        'A Moodle seems to have lost unusually much: it may be a restored one, or its token sees less than before. ' +
        'Nothing of it is pushed again until an operator has looked (oec-moodle drift).',
    },
    {
      id: 'HealthCheckMissingAlarm',
      metric: gauge('StaleInstances', Stats.SAMPLE_COUNT, thresholds.heartbeat),
      threshold: 1,
      periods: thresholds.heartbeatPeriods,
      isHeartbeat: true,
      meaning: 'health-check publishes nothing, so no alarm about instances can be raised: see its log.',
    },
  ];
}

function ofQueues({ queues, functions }: Watched): Watch[] {
  return [
    ...ofDeadLetters(
      'PermanentlyFailed',
      queues.PermanentlyFailedQueue,
      'Records were given up. The messages in PermanentlyFailed name them and the reason.',
    ),
    ...ofDeadLetters(
      'StreamFailures',
      queues.StreamFailuresQueue,
      'Changes of records were not turned into work units: see the log of record-stream.',
    ),
    ...ofDeadLetters(
      'ScheduleFailures',
      queues.ScheduleFailuresQueue,
      'Regular work could not be started, or a sweep or comparison failed every time: see the messages in ' +
        'ScheduleFailures.',
    ),
    ...ofDeadLetters(
      'PullFailures',
      queues.PullFailuresQueue,
      'What Moodle holds was not fetched, also not when asked again: see the log of pull-worker.',
    ),
    {
      id: 'PullQueueAgeAlarm',
      metric: ageOf(queues.PullQueue),
      threshold: thresholds.pullQueueAge.toSeconds(),
      meaning: 'Pulls do not keep up: tasks have waited for more than two hours.',
    },
    {
      id: 'PushQueueAgeAlarm',
      metric: ageOf(queues.PushQueue),
      threshold: thresholds.pushQueueAge.toSeconds(),
      periods: thresholds.pushQueueAgePeriods,
      meaning: 'Changes have waited for more than an hour: push-worker does not keep up, or does not run.',
    },
    {
      id: 'StreamLagAlarm',
      metric: functions['record-stream'].metric('IteratorAge', { period, statistic: Stats.MAXIMUM }),
      threshold: thresholds.streamLag.toMilliseconds(),
      meaning: 'record-stream is more than 15 minutes behind: see its log for errors.',
    },
  ];
}

/**
 * What is watched of a queue that people look through: that something lies there, and that more has come since. The one
 * stays on until the queue is empty, and would say nothing of a thousand new messages beside an old one.
 *
 * @param name begins the ids of its alarms
 */
export function ofDeadLetters(name: string, queue: Queue, meaning: string): Watch[] {
  const lying = depthOf(queue);
  return [
    { id: `${name}Alarm`, metric: lying, meaning },
    {
      id: `${name}GrowthAlarm`,
      metric: new MathExpression({
        expression: 'IF(lying - DIFF(lying) > 0, DIFF(lying), 0)',
        usingMetrics: { lying },
        period: watchPeriod,
        label: `new in ${name}`,
      }),
      // A difference needs two of them.
      periods: 2,
      isMoment: true,
      meaning: `More has come to ${name}, where something lay already: see ${name}Alarm.`,
    },
  ];
}

/**
 * Requests that DynamoDB did not take at once: they are repeated, but a partition that is asked too much stays slow. Watched
 * are the tables that hold something of each person; an alarm is paid by its metrics.
 */
function ofTables({ tables: { RecordsTable: records, MappingsTable: mappings } }: Watched): Watch[] {
  const ofTable = (table: Table, name: string, index?: string) =>
    table.metric(name, {
      period,
      statistic: Stats.SUM,
      ...(index !== undefined && {
        dimensionsMap: { TableName: table.tableName, GlobalSecondaryIndexName: index },
      }),
    });
  const metrics = [
    ...[records, mappings].flatMap((table) =>
      ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => ofTable(table, name)),
    ),
    ofTable(records, 'WriteThrottleEvents', 'pulled'),
    ofTable(mappings, 'WriteThrottleEvents', 'attention'),
  ];
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return [
    {
      id: 'TableThrottlesAlarm',
      metric: new MathExpression({
        expression: Object.keys(usingMetrics)
          .map((name) => `FILL(${name}, 0)`)
          .join(' + '),
        usingMetrics,
        period,
        label: 'throttled requests',
      }),
      periods: thresholds.tableThrottlesPeriods,
      meaning:
        'DynamoDB has throttled requests for a quarter of an hour: more is asked of one key than it bears.',
    },
  ];
}

/** What is watched of each function. A failure of Moodle or the ERP is handled and is no error of a function. */
export function ofFunction(watched: SyncFunction): Watch[] {
  const { service: name } = watched;
  const { id } = watched.node;
  return [
    {
      id: `${id}ErrorsAlarm`,
      metric: watched.metricErrors({ period }),
      meaning: `${name} crashed or ran out of time: see its log.`,
    },
    {
      id: `${id}LoopsAlarm`,
      metric: watched.metric('RecursiveInvocationsDropped', { period, statistic: Stats.SUM }),
      meaning:
        `Lambda took events of ${name} for a recursive loop and dropped them: what was dropped is in the dead-letter ` +
        `queue.`,
    },
    {
      id: `${id}ThrottlesAlarm`,
      metric: watched.metricThrottles({ period }),
      meaning: `${name} was throttled: the account has no free concurrency left, see docs/deploy.md.`,
    },
  ];
}
