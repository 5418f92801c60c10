import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Queues } from '#infra/constructs/queues.ts';

export interface Retries {
  /** Holds the one-time schedules of the later retry tiers. */
  readonly group: ScheduleGroup;
  /** What EventBridge Scheduler may do when one falls due. */
  readonly role: Role;
}

/** Where retries after 30 minutes, 4 hours and 24 hours wait: one-time schedules that send a unit back. */
export function createRetries(scope: Construct, queues: Queues): Retries {
  const stack = Stack.of(scope);
  // Schedules that are lost with the group are found by the hourly sweep: the mapping row is the truth.
  const group = new ScheduleGroup(scope, 'RetryScheduleGroup', { removalPolicy: RemovalPolicy.DESTROY });
  const role = new Role(scope, 'RetryScheduleRole', {
    description: 'Lets a retry that falls due be sent to PushQueue, or to PermanentlyFailed if that fails',
    // Only this group's schedules may use the role:
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group.scheduleGroupArn },
      },
    }),
  });
  role.addToPolicy(
    new PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: [queues.push.queueArn, queues.permanentlyFailed.queueArn],
    }),
  );
  return { group, role };
}
