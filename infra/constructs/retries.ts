import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Queues } from '#infra/constructs/queues.ts';
import type { SyncFunction } from '#infra/constructs/sync-function.ts';

export interface Retries {
  /** Holds the one-time schedules of the later retry tiers. */
  readonly group: ScheduleGroup;
  /** What EventBridge Scheduler may do when one falls due. */
  readonly role: Role;
}

/** Where a retry that falls due is sent, and where it goes if that fails. */
export interface RetryQueues {
  readonly queue: Queue;
  readonly deadLetters: Queue;
}

/** Where retries after 30 minutes, 4 hours and 24 hours wait: one-time schedules that send a unit back. */
export function createRetries(scope: Construct, queues: Queues): Retries {
  // Schedules that are lost with the group are found by the hourly sweep: the mapping row is the truth.
  const group = new ScheduleGroup(scope, 'RetryScheduleGroup', { removalPolicy: RemovalPolicy.DESTROY });
  const role = createRetryRole(scope, 'RetryScheduleRole', group, {
    description: 'Lets a retry that falls due be sent to PushQueue, or to PermanentlyFailed if that fails',
    queue: queues.push,
    deadLetters: queues.permanentlyFailed,
  });
  return { group, role };
}

/** The role of a group's schedules that send to one queue. */
export function createRetryRole(
  scope: Construct,
  id: string,
  group: ScheduleGroup,
  { description, queue, deadLetters }: RetryQueues & { description: string },
): Role {
  const role = new Role(scope, id, {
    description,
    // Only this group's schedules may use the role:
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
  role.addToPolicy(
    new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn, deadLetters.queueArn] }),
  );
  return role;
}

/** Lets a worker create one-time schedules that send a unit back to its queue. */
export function bindRetries(worker: SyncFunction, { group, role }: Retries, deadLetters: Queue): void {
  worker.addEnvironment('RETRY_SCHEDULE_GROUP', group.scheduleGroupName);
  worker.addEnvironment('RETRY_SCHEDULE_ROLE_ARN', role.roleArn);
  worker.addEnvironment('RETRY_DEAD_LETTER_ARN', deadLetters.queueArn);
  const schedules = Stack.of(worker).formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group.scheduleGroupName}/*`,
  });
  worker.allowWithin(
    ['scheduler:CreateSchedule'],
    schedules,
    'A schedule is named after the unit that it retries; the group holds nothing else.',
  );
  worker.allow(['iam:PassRole'], role.roleArn);
}
