import { createHash } from 'node:crypto';
import { ConflictException, CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import {
  type Connection,
  type Grant,
  type Part,
  type RetriesName,
  schedulerClient,
} from '#shared/store/part.ts';
import type { UnitQueue } from './unit-queue.ts';
import { pushQueue } from './work-queues.ts';

/** The longest delay of an SQS message. */
const sqsLimitSeconds = 900;

export interface RetrySchedules<Unit> {
  /** Sends units after the given time: through SQS where it can, else by a one-time schedule. */
  send(units: Unit[], delaySeconds: number): Promise<void>;
}

/** What retries are made with; infra/functions/retries.ts writes it. */
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

/**
 * Retries beyond SQS's 15 minutes: one-time EventBridge schedules that send the unit and delete themselves. They name no
 * message group: Scheduler knows those of FIFO queues only. One that cannot be made costs nothing but time: the row says
 * when the next attempt is due, and the hourly sweep queues what is overdue.
 *
 * @param textsOf what a unit is known by beside its records among others of the group: the instance and service, say
 */
export function retriesTo<Unit extends Retried>(
  retries: RetriesName,
  queue: Part<UnitQueue<Unit>>,
  textsOf: (unit: Unit) => readonly string[],
): Part<RetrySchedules<Unit>> {
  const grants: readonly Grant[] = [
    ...queue.grants,
    { on: retries, actions: ['scheduler:CreateSchedule'] },
    { on: `${retries}/role`, actions: ['iam:PassRole'] },
  ];
  return {
    grants,
    open(at) {
      const settings = JSON.parse(at.nameOf(retries)) as RetryScheduleSettings;
      return retrySchedules(at, queue.open(at), textsOf, settings);
    },
  };
}

function retrySchedules<Unit extends Retried>(
  { client, clock, log }: Connection,
  queue: UnitQueue<Unit>,
  textsOf: (unit: Unit) => readonly string[],
  settings: RetryScheduleSettings,
): RetrySchedules<Unit> {
  return {
    async send(units, delaySeconds) {
      if (delaySeconds <= sqsLimitSeconds) return queue.send(units, delaySeconds);
      const at = new Date(clock.now() + delaySeconds * 1000);
      for (const unit of units) await create(unit, at);
    },
  };

  async function create(unit: Unit, at: Date): Promise<void> {
    try {
      await client(schedulerClient).send(
        new CreateScheduleCommand({
          Name: scheduleName(textsOf(unit), unit, at),
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
export const pushRetries = retriesTo<WorkUnit>('PushRetries', pushQueue, ({ instance, service }) => [
  instance,
  service,
]);
