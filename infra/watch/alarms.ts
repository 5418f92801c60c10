import { Stack } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Config } from '#infra/config.ts';
import type { Watch } from './watches.ts';

/** Alarms on what needs a person, mailed when the configuration names an address. @returns them, for the dashboard */
export function createAlarms(scope: Construct, { alarmEmail }: Config, watches: readonly Watch[]): Alarm[] {
  const topic = alarmEmail ? createTopic(scope, alarmEmail) : undefined;
  return watches.map((watch) => {
    const { threshold = 0, periods = 1 } = watch;
    const alarm = watch.metric.createAlarm(scope, watch.id, {
      alarmDescription: `${watch.meaning} (docs/operations.md)`,
      threshold,
      evaluationPeriods: periods,
      ...(watch.isMoment && { datapointsToAlarm: 1 }),
      comparisonOperator: watch.isHeartbeat
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      // Of a heartbeat silence is the danger; of all others it means that nothing went wrong.
      treatMissingData: watch.isHeartbeat ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (topic) {
      alarm.addAlarmAction(new SnsAction(topic));
      // Whoever was called hears that it is over.
      if (!watch.isMoment) alarm.addOkAction(new SnsAction(topic));
    }
    return alarm;
  });
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
