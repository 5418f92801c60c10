import { arnOf } from '../account.ts';
import { ServiceError } from '../cloud-error.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type ScheduleExpression, scheduleExpression } from './schedule-expression.ts';

/** A schedule as CreateSchedule and the template describe it. */
export interface ScheduleInput {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly GroupName?: string;
  readonly State?: 'ENABLED' | 'DISABLED';
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE';
  readonly StartDate?: number | string;
  readonly EndDate?: number | string;
  readonly Target: ScheduleTarget;
}

export interface ScheduleTarget {
  readonly Arn: string;
  readonly Input?: string;
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly input: ScheduleInput;
  readonly createdAt: number;
  cancel: () => void;
}

/** Delivers to a target; async work must take its activity token before it returns. */
export type DeliverToTarget = (target: ScheduleTarget) => void;

/** A stand-in for EventBridge Scheduler: one-time, rate and simple cron schedules on the virtual clock, REST-JSON protocol. */
export class SchedulerService {
  readonly #clock: VirtualClock;
  readonly #deliver: DeliverToTarget;
  readonly #schedules = new Map<string, Schedule>();
  readonly #groups = new Set(['default']);

  constructor(clock: VirtualClock, deliver: DeliverToTarget) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** Makes a group; one that is there already is a ConflictException. */
  createGroup(name: string): void {
    if (this.#groups.has(name))
      throw new ServiceError('ConflictException', `Schedule group ${name} already exists.`, 409);
    this.#groups.add(name);
  }

  /** @returns the ARN; throws ConflictException, ResourceNotFoundException (group), ValidationException (a message group) */
  create(name: string, input: ScheduleInput): string {
    const group = input.GroupName ?? 'default';
    if (!this.#groups.has(group))
      throw new ServiceError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404);
    const { Arn, SqsParameters } = input.Target;
    // Its reference knows the message groups of FIFO queues only, and CDK's own target refuses one for another queue.
    if (SqsParameters?.MessageGroupId !== undefined && !Arn.endsWith('.fifo'))
      throw new ServiceError(
        'ValidationException',
        'Invalid Target: SqsParameters.MessageGroupId is for FIFO queues only.',
      );
    const key = `${group}/${name}`;
    if (this.#schedules.has(key))
      throw new ServiceError('ConflictException', `Schedule ${name} already exists.`, 409);
    const now = this.#clock.now();
    const expression = scheduleExpression(input.ScheduleExpression, input.ScheduleExpressionTimezone);
    const schedule: Schedule = { name, group, input, createdAt: now, cancel: () => {} };
    this.#schedules.set(key, schedule);
    if (expression.kind === 'at') this.#arm(schedule, expression.time);
    else {
      // A new rate schedule fires at once on AWS, and a cron at the next full hour, say; here both let one interval
      // pass, so that a start is quiet.
      const start = Math.max(now, toMilliseconds(input.StartDate) ?? 0);
      this.#arm(schedule, nextTime(expression, expression.kind === 'cron' ? expression.next(start) : start));
    }
    return arnOf('scheduler', `schedule/${key}`);
  }

  /**
   * @param path e.g. `/schedules/retry-1`
   * @returns the answer's body; throws ServiceError
   */
  handle(method: string, path: string, query: URLSearchParams, body: unknown): unknown {
    const [, collection, encodedName] = path.split('/');
    const name = encodedName === undefined ? undefined : decodeURIComponent(encodedName);
    if (collection === 'schedule-groups') return this.#handleGroup(method, name);
    if (method === 'GET' && name === undefined) return this.#list(query);
    if (method === 'POST' && name !== undefined)
      return { ScheduleArn: this.create(name, body as ScheduleInput) };
    const schedule = this.#schedules.get(`${query.get('groupName') ?? 'default'}/${name}`);
    if (!schedule)
      throw new ServiceError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
    if (method === 'GET') return { ...schedule.input, ...summary(schedule), Target: schedule.input.Target };
    if (method === 'DELETE') {
      this.#remove(schedule);
      return {};
    }
    throw new ServiceError('ValidationException', `The embedded cloud does not know ${method} ${path}`);
  }

  #handleGroup(method: string, name: string | undefined): unknown {
    const show = (group: string) => ({
      Name: group,
      Arn: arnOf('scheduler', `schedule-group/${group}`),
      State: 'ACTIVE',
    });
    if (name === undefined) return { ScheduleGroups: [...this.#groups].map(show) };
    if (method === 'POST') {
      this.createGroup(name);
      return { ScheduleGroupArn: show(name).Arn };
    }
    if (method === 'GET' && this.#groups.has(name)) return show(name);
    throw new ServiceError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  }

  #list(query: URLSearchParams): unknown {
    const group = query.get('ScheduleGroup');
    const prefix = query.get('NamePrefix') ?? '';
    const state = query.get('State');
    const size = Number(query.get('MaxResults') ?? 100);
    const from = Number(query.get('NextToken') ?? 0);
    const found = [...this.#schedules.values()].filter(
      (one) =>
        (!group || one.group === group) &&
        one.name.startsWith(prefix) &&
        (!state || summary(one).State === state),
    );
    const isMore = found.length > from + size;
    return {
      Schedules: found.slice(from, from + size).map(summary),
      ...(isMore ? { NextToken: String(from + size) } : {}),
    };
  }

  #arm(schedule: Schedule, at: number): void {
    const end = toMilliseconds(schedule.input.EndDate);
    if (schedule.input.State === 'DISABLED' || (end !== undefined && at > end)) return;
    schedule.cancel = this.#clock.schedule(at, `schedule ${schedule.group}/${schedule.name}`, () => {
      const expression = scheduleExpression(schedule.input.ScheduleExpression);
      if (expression.kind !== 'at') this.#arm(schedule, nextTime(expression, at));
      else if (schedule.input.ActionAfterCompletion === 'DELETE') this.#remove(schedule);
      this.#deliver(schedule.input.Target);
    });
  }

  #remove(schedule: Schedule): void {
    schedule.cancel();
    this.#schedules.delete(`${schedule.group}/${schedule.name}`);
  }
}

const nextTime = (expression: Exclude<ScheduleExpression, { kind: 'at' }>, after: number): number =>
  expression.kind === 'rate' ? after + expression.every : expression.next(after);

const summary = ({ name, group, input, createdAt }: Schedule) => ({
  Name: name,
  GroupName: group,
  Arn: arnOf('scheduler', `schedule/${group}/${name}`),
  State: input.State ?? 'ENABLED',
  CreationDate: createdAt / 1000,
  LastModificationDate: createdAt / 1000,
  Target: { Arn: input.Target.Arn },
});

/** The protocol sends seconds, a template an ISO date. */
const toMilliseconds = (date: number | string | undefined): number | undefined =>
  date === undefined ? undefined : typeof date === 'number' ? date * 1000 : Date.parse(date);
