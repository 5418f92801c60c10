import { Duration } from 'aws-cdk-lib';
import { type Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { gaugePeriod } from '#infra/constructs/health-check.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

/** What is watched: value above the threshold in all periods → alarm, with what a person can do about it. */
export interface Watch {
  readonly id: string;
  readonly metric: Metric;
  readonly threshold: number;
  /** 1 unless given. */
  readonly periods?: number;
  /** The alarm is a value below the threshold, or none at all. */
  readonly isHeartbeat?: true;
  readonly meaning: string;
}

/** Whose metrics are watched. */
export interface Watched {
  readonly queues: Queues;
  readonly recordStream: SyncFunction;
  readonly pushWorker: SyncFunction;
  readonly pushSweep: SyncFunction;
  readonly drift: SyncFunction;
  readonly healthCheck: SyncFunction;
  readonly pullPlanner: SyncFunction;
  readonly pullWorker: SyncFunction;
  /** Undefined where nothing is ever deleted. */
  readonly retention: SyncFunction | undefined;
}

/** From which value on a person is called. What is not here alarms with the first one counted. */
export const thresholds = {
  /** Normal is about a second; a September import may need minutes. */
  streamLag: Duration.minutes(15),
  /** Units that wait for an instance lie elsewhere, so an hour means that they are not worked off. */
  pushQueueAge: Duration.hours(1),
  /** Tasks that waited longer are left to the next plan. */
  pullQueueAge: Duration.hours(2),
  /** In a row, so that one slow batch in a large import is no alarm. */
  pushQueueAgePeriods: 3,
  /** Checks in a row: a Moodle that restarts at the wrong moment is no alarm. */
  unhealthyPeriods: 2,
  /** Two runs of four may be lost: the first is late after a deployment. */
  heartbeat: Duration.minutes(30),
  heartbeatPeriods: 2,
} as const;

/** How often what is counted is looked at. */
export const watchPeriod = Duration.minutes(5);
const period = watchPeriod;

/** Everything that is watched. */
export function watches(watched: Watched): Watch[] {
  return [...ofInstances(watched), ...ofQueues(watched), ...ofFunctions(watched)];
}

/** How the instances fare, as health-check publishes it. */
function ofInstances({ healthCheck, drift }: Watched): Watch[] {
  const gauge = (name: string, statistic: string = Stats.MAXIMUM, every = gaugePeriod) =>
    healthCheck.ownMetric(name, { period: every, statistic });
  return [
    {
      id: 'StaleSyncAlarm',
      metric: gauge('StaleInstances'),
      threshold: 0,
      meaning: 'A Moodle has not been synced for longer than its stale_after_hours: see its health.',
    },
    {
      id: 'UnhealthyInstanceAlarm',
      metric: gauge('UnhealthyInstances'),
      threshold: 0,
      periods: thresholds.unhealthyPeriods,
      meaning:
        'A Moodle does not answer or is not set up as needed: see the findings in the log of health-check.',
    },
    {
      id: 'BrakeOnAlarm',
      metric: gauge('InstancesWithBrakeOn'),
      threshold: 0,
      meaning:
        'The brake is on: unusually much would be suspended, unenrolled or hidden. Nothing of it is done until an ' +
        'operator has looked and released it.',
    },
    {
      id: 'DriftHeldAlarm',
      metric: drift.ownMetric('DriftHeld', { period, statistic: Stats.SUM }),
      threshold: 0,
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

function ofQueues({ queues, recordStream }: Watched): Watch[] {
  const visible = (queue: Queue) =>
    queue.metricApproximateNumberOfMessagesVisible({ period, statistic: Stats.MAXIMUM });
  return [
    {
      id: 'PermanentlyFailedAlarm',
      metric: visible(queues.permanentlyFailed),
      threshold: 0,
      meaning: 'Records were given up. The messages in PermanentlyFailed name them and the reason.',
    },
    {
      id: 'StreamFailuresAlarm',
      metric: visible(queues.streamFailures),
      threshold: 0,
      meaning: 'Changes of records were not turned into work units: see the log of record-stream.',
    },
    {
      id: 'ScheduleFailuresAlarm',
      metric: visible(queues.scheduleFailures),
      threshold: 0,
      meaning:
        'Regular work could not be started, or a sweep or comparison failed every time: see the messages in ' +
        'ScheduleFailures.',
    },
    {
      id: 'PullFailuresAlarm',
      metric: visible(queues.pullFailures),
      threshold: 0,
      meaning: 'What Moodle holds was not fetched, also not when asked again: see the log of pull-worker.',
    },
    {
      id: 'PullQueueAgeAlarm',
      metric: queues.pull.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
      threshold: thresholds.pullQueueAge.toSeconds(),
      meaning: 'Pulls do not keep up: tasks have waited for more than two hours.',
    },
    {
      id: 'PushQueueAgeAlarm',
      metric: queues.push.metricApproximateAgeOfOldestMessage({ period, statistic: Stats.MAXIMUM }),
      threshold: thresholds.pushQueueAge.toSeconds(),
      periods: thresholds.pushQueueAgePeriods,
      meaning: 'Changes have waited for more than an hour: push-worker does not keep up, or does not run.',
    },
    {
      id: 'StreamLagAlarm',
      metric: recordStream.metric('IteratorAge', { period, statistic: Stats.MAXIMUM }),
      threshold: thresholds.streamLag.toMilliseconds(),
      meaning: 'record-stream is more than 15 minutes behind: see its log for errors.',
    },
  ];
}

/** A failure of Moodle or the ERP is handled and is no error of a function. */
function ofFunctions(functionsOf: Watched): Watch[] {
  const { recordStream, pushWorker, pushSweep, drift, healthCheck, pullPlanner, pullWorker, retention } =
    functionsOf;
  const functions = {
    RecordStream: { name: 'record-stream', watched: recordStream },
    PushWorker: { name: 'push-worker', watched: pushWorker },
    PushSweep: { name: 'push-sweep', watched: pushSweep },
    Drift: { name: 'drift', watched: drift },
    HealthCheck: { name: 'health-check', watched: healthCheck },
    PullPlanner: { name: 'pull-planner', watched: pullPlanner },
    PullWorker: { name: 'pull-worker', watched: pullWorker },
    ...(retention && { Retention: { name: 'retention', watched: retention } }),
  };
  return Object.entries(functions).flatMap(([id, { name, watched }]) => ofFunction(id, name, watched));
}

/** What is watched of each function. @param id begins the ids of its alarms */
export function ofFunction(id: string, name: string, watched: SyncFunction): Watch[] {
  return [
    {
      id: `${id}ErrorsAlarm`,
      metric: watched.metricErrors({ period }),
      threshold: 0,
      meaning: `${name} crashed or ran out of time: see its log.`,
    },
    {
      id: `${id}LoopsAlarm`,
      metric: watched.metric('RecursiveInvocationsDropped', { period, statistic: Stats.SUM }),
      threshold: 0,
      meaning:
        `Lambda took events of ${name} for a recursive loop and dropped them: what was dropped is in the dead-letter ` +
        `queue.`,
    },
    {
      id: `${id}ThrottlesAlarm`,
      metric: watched.metricThrottles({ period }),
      threshold: 0,
      meaning: `${name} was throttled: the account has no free concurrency left, see docs/deploy.md.`,
    },
  ];
}
