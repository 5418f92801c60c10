import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { type Declaration, resourcesOf } from '#functions/declaration.ts';
import type { Queues } from '#infra/storage/queues.ts';
import type { Resources } from '#infra/storage/resources.ts';
import type { RetriesName } from '#shared/store/part.ts';
import type { RetryScheduleSettings } from '#shared/store/queues/retry-schedules.ts';
import { schedulerRole } from './schedules.ts';

/** The role of the schedules that send to the queue of a worker, by the worker's retries. */
const roles: Record<RetriesName, string> = {
  PushRetries: 'RetryScheduleRole',
  ErpRetries: 'ErpRetryScheduleRole',
};

/**
 * Where retries after 30 minutes, 4 hours and 24 hours wait: one-time schedules that send a unit back to the queue of the
 * worker that made them.
 */
export function createRetries(
  scope: Construct,
  declarations: readonly Declaration[],
  queues: Queues,
): Resources {
  // Schedules that are lost with the group are found by the hourly sweep: the mapping row is the truth.
  const group = new ScheduleGroup(scope, 'RetryScheduleGroup', { removalPolicy: RemovalPolicy.DESTROY });
  const stack = Stack.of(scope);
  const arn = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${group.scheduleGroupName}/*`,
  });
  const made: Resources = {};
  for (const declaration of declarations) {
    const { source } = declaration;
    const retries = resourcesOf(declaration).find((name): name is RetriesName => name in roles);
    if (!retries || !('queue' in source)) continue;
    const { queueArn } = queues[source.queue];
    const { queueArn: deadLetterArn } = queues[source.failures];
    const failures = source.failures.replace(/Queue$/, '');
    const role = schedulerRole(scope, roles[retries], group, {
      description: `Lets a retry that falls due be sent to ${source.queue}, or to ${failures} if that fails`,
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queueArn, deadLetterArn] }),
    );
    const { roleArn } = role;
    const settings: RetryScheduleSettings = {
      group: group.scheduleGroupName,
      roleArn,
      queueArn,
      deadLetterArn,
    };
    made[retries] = {
      value: stack.toJsonString(settings),
      arn,
      why: 'A schedule is named after the unit that it retries; the group holds nothing else.',
      role: roleArn,
    };
  }
  return made;
}
