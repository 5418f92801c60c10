import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, type ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Declaration } from '#functions/declaration.ts';
import type { FunctionProps, SyncFunction } from './sync-function.ts';

/** Longer than a disturbance of AWS usually takes, shorter than the hour until the next start, in seconds. */
const retryAge = 45 * 60;

/** The schedules that start a function, or send to the queue that it reads; what fails goes to the dead-letter queue. */
export function createSchedules(
  started: SyncFunction,
  { source, schedules = [] }: Declaration,
  { scope, config, group, queues }: FunctionProps,
): void {
  if (schedules.length === 0) return;
  const { id } = started.node;
  const { queueArn: failures } = queues.ScheduleFailuresQueue;
  const role = schedulerRole(scope, `${id}ScheduleRole`, group, {
    description: `Lets a schedule start ${id}, or leave word in the dead-letter queue if that fails`,
  });
  const arn = 'queue' in source ? queues[source.queue].queueArn : started.functionArn;
  const action = 'queue' in source ? 'sqs:SendMessage' : 'lambda:InvokeFunction';
  role.addToPolicy(new PolicyStatement({ actions: [action], resources: [arn] }));
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures] }));
  if ('notLaterThan' in source) {
    started.configureAsyncInvoke({
      maxEventAge: Duration.seconds(source.notLaterThan),
      retryAttempts: source.retries,
    });
  }
  for (const { id, when, description, input = {}, retryFor = retryAge } of schedules) {
    const schedule = new CfnSchedule(scope, id, {
      description,
      groupName: group.scheduleGroupName,
      scheduleExpression: when(config),
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn,
        roleArn: role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: retryFor },
        deadLetterConfig: { arn: failures },
      },
    });
    // EventBridge asks, when a schedule is made, whether its role may already do all this.
    schedule.node.addDependency(role);
  }
}

/** A role that only the schedules of a group may use. */
export function schedulerRole(
  scope: Construct,
  id: string,
  group: ScheduleGroup,
  { description }: { description: string },
): Role {
  return new Role(scope, id, {
    description,
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': Stack.of(scope).account,
          'aws:SourceArn': group.scheduleGroupArn,
        },
      },
    }),
  });
}
