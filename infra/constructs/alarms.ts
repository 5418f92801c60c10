import { Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, type Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { Queues } from '#infra/constructs/queues.ts';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

/** What is watched: value above threshold → alarm, with what a person can do about it. */
interface Watch {
  readonly id: string;
  readonly metric: Metric;
  readonly threshold: number;
  readonly meaning: string;
}

export interface AlarmProps {
  readonly config: Config;
  readonly queues: Queues;
  readonly recordStream: SyncFunction;
  readonly pushWorker: SyncFunction;
}

/** Alarms on what needs a person, mailed when the configuration names an address. */
export function createAlarms(scope: Construct, props: AlarmProps): void {
  const topic = props.config.alarmEmail ? createTopic(scope, props.config.alarmEmail) : undefined;
  for (const { id, metric, threshold, meaning } of watches(props)) {
    const alarm = metric.createAlarm(scope, id, {
      alarmDescription: meaning,
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // Nothing was counted means nothing went wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) alarm.addAlarmAction(new SnsAction(topic));
  }
}

function watches({ queues, recordStream, pushWorker }: AlarmProps): Watch[] {
  const period = Duration.minutes(5);
  return [
    {
      id: 'PermanentlyFailedAlarm',
      metric: queues.permanentlyFailed.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
      meaning: 'Records were given up. The messages in PermanentlyFailed name them and the reason.',
    },
    {
      id: 'StreamFailuresAlarm',
      metric: queues.streamFailures.metricApproximateNumberOfMessagesVisible({
        period,
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
      meaning: 'Changes of records were not turned into work units: see the log of record-stream.',
    },
    {
      id: 'StreamLagAlarm',
      metric: recordStream.metric('IteratorAge', { period, statistic: Stats.MAXIMUM }),
      // Normal is about a second; a September import may need minutes.
      threshold: Duration.minutes(15).toMilliseconds(),
      meaning: 'record-stream is more than 15 minutes behind: see its log for errors.',
    },
    {
      id: 'PushWorkerErrorsAlarm',
      metric: pushWorker.metricErrors({ period }),
      // A failure of Moodle is handled and is no error of the function.
      threshold: 0,
      meaning: 'push-worker crashed or ran out of time: see its log.',
    },
    {
      id: 'PushWorkerThrottlesAlarm',
      metric: pushWorker.metricThrottles({ period }),
      threshold: 0,
      meaning: 'push-worker was throttled: the account has no free concurrency left, see docs/deploy.md.',
    },
  ];
}

function createTopic(scope: Construct, email: string): Topic {
  const topic = new Topic(scope, 'AlarmTopic', { displayName: 'oec-moodle-sync', enforceSSL: true });
  // A policy of its own replaces the topic's default one, under which alarms of the account may publish.
  topic.grantPublish(
    new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  );
  topic.addSubscription(new EmailSubscription(email));
  return topic;
}
