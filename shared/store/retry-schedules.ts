import { createHash } from 'node:crypto';
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { PushQueue } from '#shared/engine/ports.ts';
import type { WorkUnit } from '#shared/engine/work-unit.ts';

/** The longest delay of an SQS message. */
const sqsLimitSeconds = 900;

export interface RetrySchedules {
  /** Sends units after the given time: through SQS where it can, else by a one-time schedule. */
  send(units: WorkUnit[], delaySeconds: number): Promise<void>;
}

export interface RetryScheduleSettings {
  group: string;
  /** The role under which Scheduler may send to the push queue, and to nothing else. */
  roleArn: string;
  queueArn: string;
  deadLetterArn: string;
}

/** Retries beyond SQS's 15 minutes: one-time EventBridge schedules that send the unit and delete themselves. */
export function retrySchedules(
  scheduler: SchedulerClient,
  queue: PushQueue,
  settings: RetryScheduleSettings,
  now: () => number,
): RetrySchedules {
  return {
    async send(units, delaySeconds) {
      if (delaySeconds <= sqsLimitSeconds) return queue.send(units, delaySeconds);
      const at = new Date(now() + delaySeconds * 1000);
      for (const unit of units) await create(unit, at);
    },
  };

  async function create(unit: WorkUnit, at: Date): Promise<void> {
    try {
      await scheduler.send(
        new CreateScheduleCommand({
          Name: scheduleName(unit, at),
          GroupName: settings.group,
          ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: settings.queueArn,
            RoleArn: settings.roleArn,
            Input: JSON.stringify(unit),
            SqsParameters: { MessageGroupId: unit.instance },
            DeadLetterConfig: { Arn: settings.deadLetterArn },
          },
        }),
      );
    } catch (error) {
      // The same failures are scheduled already, by a run of this message that did not end.
      if (!(error instanceof ConflictException)) throw error;
    }
  }
}

/**
 * The same failures at the same attempt have the same name, so that they are never scheduled twice. A failure's id
 * is new in each row of attempts, and the tiers lie hours apart, so that the hour tells the attempts of a row apart.
 */
function scheduleName(unit: WorkUnit, at: Date): string {
  const what = JSON.stringify([
    unit.instance,
    unit.service,
    unit.retry_of ?? unit.ids,
    at.toISOString().slice(0, 13),
  ]);
  return `retry-${createHash('sha256').update(what).digest('hex').slice(0, 40)}`;
}
