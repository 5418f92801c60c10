import { createHash } from 'node:crypto';
import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import type { Log } from '#shared/sync/ports.ts';
import type { UnitQueue } from './unit-queue.ts';

/** The longest delay of an SQS message. */
const sqsLimitSeconds = 900;

export interface RetrySchedules<Unit> {
  /** Sends units after the given time: through SQS where it can, else by a one-time schedule. */
  send(units: Unit[], delaySeconds: number): Promise<void>;
}

export interface RetryScheduleSettings {
  group: string;
  /** The role under which Scheduler may send to the queue of units, and to nothing else. */
  roleArn: string;
  queueArn: string;
  deadLetterArn: string;
}

/** A unit that names what it is for. */
interface Retried {
  ids: string[];
  retry_of?: string[] | undefined;
}

/** What a kind of units is known by beside its records. */
export interface RetryKind<Unit> {
  /** Texts that tell its units apart from others of the group: the instance and service, say. */
  nameOf(unit: Unit): readonly string[];
}

/**
 * Retries beyond SQS's 15 minutes: one-time EventBridge schedules that send the unit and delete themselves. They name no
 * message group: Scheduler knows those of FIFO queues only. One that cannot be made costs nothing but time: the row says
 * when the next attempt is due, and the hourly sweep queues what is overdue.
 */
export function retrySchedules<Unit extends Retried>(
  scheduler: SchedulerClient,
  queue: UnitQueue<Unit>,
  kind: RetryKind<Unit>,
  settings: RetryScheduleSettings,
  now: () => number,
  log: Pick<Log, 'error'>,
): RetrySchedules<Unit> {
  return {
    async send(units, delaySeconds) {
      if (delaySeconds <= sqsLimitSeconds) return queue.send(units, delaySeconds);
      const at = new Date(now() + delaySeconds * 1000);
      for (const unit of units) await create(unit, at);
    },
  };

  async function create(unit: Unit, at: Date): Promise<void> {
    try {
      await scheduler.send(
        new CreateScheduleCommand({
          Name: scheduleName(kind.nameOf(unit), unit, at),
          GroupName: settings.group,
          ScheduleExpression: `at(${at.toISOString().slice(0, 19)})`,
          ScheduleExpressionTimezone: 'UTC',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: settings.queueArn,
            RoleArn: settings.roleArn,
            Input: JSON.stringify(unit),
            DeadLetterConfig: { Arn: settings.deadLetterArn },
          },
        }),
      );
    } catch (error) {
      // The same failures are scheduled already, by a run of this message that did not end.
      if (error instanceof ConflictException) return;
      log.error('Retry not scheduled: a sweep finds it once it is overdue', { error, unit });
    }
  }
}

/**
 * The same failures at the same attempt have the same name, so that they are never scheduled twice. A failure's id
 * is new in each row of attempts, and the tiers lie hours apart, so that the hour tells the attempts of a row apart.
 */
function scheduleName(kind: readonly string[], unit: Retried, at: Date): string {
  const what = JSON.stringify([...kind, unit.retry_of ?? unit.ids, at.toISOString().slice(0, 13)]);
  return `retry-${createHash('sha256').update(what).digest('hex').slice(0, 40)}`;
}

/** Retries of push-worker's units. */
export const pushRetries: RetryKind<WorkUnit> = {
  nameOf: ({ instance, service }) => [instance, service],
};
