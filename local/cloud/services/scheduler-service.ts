import * as z from 'zod';
import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import { operation, Service } from '../protocol/service.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type ScheduleExpression, scheduleExpression } from './schedule-expression.ts';

/** The protocol sends seconds, a template an ISO date; here both are milliseconds since 1970. */
const date = z
  .union([z.number().transform((seconds) => seconds * 1000), z.string().transform(Date.parse)])
  .optional();
const target = z.looseObject({
  Arn: z.string(),
  Input: z.string().optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
  DeadLetterConfig: z.object({ Arn: z.string().optional() }).optional(),
});
const named = z.object({ Name: z.string(), GroupName: z.string().default('default') });
const scheduleInput = named.extend({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).optional(),
  FlexibleTimeWindow: z.unknown().optional(),
  StartDate: date,
  EndDate: date,
  Target: target,
});
const list = z.object({
  ScheduleGroup: z.string().optional(),
  NamePrefix: z.string().default(''),
  State: z.string().optional(),
  MaxResults: z.coerce.number().default(100),
  NextToken: z.coerce.number().default(0),
});

export type ScheduleTarget = z.infer<typeof target>;

interface Schedule {
  readonly input: z.infer<typeof scheduleInput>;
  readonly expression: ScheduleExpression;
  readonly createdAt: number;
  cancel: () => void;
}

/** A stand-in for EventBridge Scheduler: one-time, rate and simple cron schedules on the virtual clock. */
export class SchedulerService extends Service {
  readonly #clock: VirtualClock;
  readonly #deliver: (target: ScheduleTarget) => void;
  readonly #schedules = new Map<string, Schedule>();
  readonly #groups = new Set(['default']);

  protected readonly operations = {
    CreateSchedule: operation(scheduleInput, (input) => this.#create(input)),
    GetSchedule: operation(named, (input) => {
      const schedule = this.#find(input);
      const { StartDate: _start, EndDate: _end, ...told } = schedule.input;
      return { ...told, ...summary(schedule), Target: told.Target };
    }),
    DeleteSchedule: operation(named, (input) => {
      this.#remove(this.#find(input));
      return {};
    }),
    ListSchedules: operation(list, ({ ScheduleGroup, NamePrefix, State, MaxResults, NextToken }) => {
      const found = [...this.#schedules.values()].filter(
        ({ input }) =>
          input.GroupName === (ScheduleGroup ?? input.GroupName) &&
          input.State === (State ?? input.State) &&
          input.Name.startsWith(NamePrefix),
      );
      const end = NextToken + MaxResults;
      return {
        Schedules: found.slice(NextToken, end).map(summary),
        ...(found.length > end && { NextToken: String(end) }),
      };
    }),
  };

  /** @param deliver asynchronous work of it must take its activity token before it returns */
  constructor(clock: VirtualClock, deliver: (target: ScheduleTarget) => void) {
    super('Scheduler', { unknown: 'ValidationException', invalid: 'ValidationException' });
    this.#clock = clock;
    this.#deliver = deliver;
  }

  createGroup(name: string): void {
    this.#groups.add(name);
  }

  /** Creates a schedule of the template. @throws ServiceError where Scheduler would refuse it */
  create(input: unknown): void {
    this.perform('CreateSchedule', input);
  }

  #create(input: Schedule['input']): { ScheduleArn: string } {
    const { Name, GroupName, Target } = input;
    if (!this.#groups.has(GroupName))
      throw new ServiceError('ResourceNotFoundException', `Schedule group ${GroupName} does not exist.`, 404);
    // Its reference knows the message groups of FIFO queues only, and CDK's own target refuses one for another queue.
    if (Target.SqsParameters?.MessageGroupId !== undefined && !Target.Arn.endsWith('.fifo'))
      throw new ServiceError(
        'ValidationException',
        'Invalid Target: SqsParameters.MessageGroupId is for FIFO queues only.',
      );
    if (this.#schedules.has(keyOf(input)))
      throw new ServiceError('ConflictException', `Schedule ${Name} already exists.`, 409);
    const now = this.#clock.now();
    const expression = scheduleExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone);
    const schedule: Schedule = { input, expression, createdAt: now, cancel: () => {} };
    this.#schedules.set(keyOf(input), schedule);
    if (expression.kind === 'at') this.#arm(schedule, expression.time);
    else {
      // A new rate schedule fires at once on AWS, and a cron at the next full hour, say; here both let one interval
      // pass, so that a start is quiet.
      const start = Math.max(now, input.StartDate ?? 0);
      this.#arm(schedule, nextTime(expression, expression.kind === 'cron' ? expression.next(start) : start));
    }
    return { ScheduleArn: summary(schedule).Arn };
  }

  #find(name: z.infer<typeof named>): Schedule {
    const schedule = this.#schedules.get(keyOf(name));
    if (schedule) return schedule;
    throw new ServiceError('ResourceNotFoundException', `Schedule ${name.Name} does not exist.`, 404);
  }

  #arm(schedule: Schedule, at: number): void {
    const { input, expression } = schedule;
    if (input.State === 'DISABLED' || at > (input.EndDate ?? Number.POSITIVE_INFINITY)) return;
    schedule.cancel = this.#clock.schedule(at, `schedule ${keyOf(input)}`, () => {
      if (expression.kind !== 'at') this.#arm(schedule, nextTime(expression, at));
      else if (input.ActionAfterCompletion === 'DELETE') this.#remove(schedule);
      this.#deliver(input.Target);
    });
  }

  #remove(schedule: Schedule): void {
    schedule.cancel();
    this.#schedules.delete(keyOf(schedule.input));
  }
}

const keyOf = ({ Name, GroupName }: z.infer<typeof named>) => `${GroupName}/${Name}`;

const nextTime = (expression: Exclude<ScheduleExpression, { kind: 'at' }>, after: number): number =>
  expression.kind === 'rate' ? after + expression.every : expression.next(after);

const summary = ({ input, createdAt }: Schedule) => ({
  Name: input.Name,
  GroupName: input.GroupName,
  Arn: arnOf('scheduler', `schedule/${keyOf(input)}`),
  State: input.State,
  CreationDate: createdAt / 1000,
  LastModificationDate: createdAt / 1000,
  Target: { Arn: input.Target.Arn },
});
