import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { EventInvokeConfigOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** What a schedule starts, and the role under which it may do just that. */
export interface ScheduleTarget {
  readonly arn: string;
  readonly role: Role;
}

export interface ScheduleProps {
  /** `rate(…)` or `cron(…)`, in UTC. */
  readonly expression: string;
  readonly description: string;
  readonly target: ScheduleTarget;
  /** What the target gets; an empty object unless given. */
  readonly input?: object;
  /** For how long it is tried to start it. Default: less than an hour, which is when most are started again. */
  readonly retryFor?: Duration;
}

/** Longer than a disturbance of AWS usually takes, shorter than the hour until the next start. */
const retryAge = Duration.minutes(45);

/** The schedules that start the regular work, all in one group; what cannot be started goes to the dead-letter queue. */
export class Schedules {
  readonly #scope: Construct;
  readonly #group: ScheduleGroup;
  readonly #failures: Queue;

  /** @param failures the dead-letter queue */
  constructor(scope: Construct, failures: Queue) {
    this.#scope = scope;
    this.#failures = failures;
    this.#group = new ScheduleGroup(scope, 'ScheduleGroup', { removalPolicy: RemovalPolicy.DESTROY });
  }

  /**
   * A function that schedules invoke. What Lambda could not run in time, since the account had no concurrency left, is not
   * run later, all at once: the next start does the same.
   */
  functionTarget(id: string, target: IFunction, asynchronous: EventInvokeConfigOptions): ScheduleTarget {
    target.configureAsyncInvoke(asynchronous);
    return this.#target(id, target.functionArn, 'lambda:InvokeFunction');
  }

  /** A queue that schedules send to. */
  queueTarget(id: string, queue: Queue): ScheduleTarget {
    return this.#target(id, queue.queueArn, 'sqs:SendMessage');
  }

  add(id: string, props: ScheduleProps): void {
    const { expression, description, target, input = {}, retryFor = retryAge } = props;
    const schedule = new CfnSchedule(this.#scope, id, {
      description,
      groupName: this.#group.scheduleGroupName,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.arn,
        roleArn: target.role.roleArn,
        input: JSON.stringify(input),
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: retryFor.toSeconds() },
        deadLetterConfig: { arn: this.#failures.queueArn },
      },
    });
    // EventBridge asks, when a schedule is made, whether its role may already do all this.
    schedule.node.addDependency(target.role);
  }

  #target(id: string, arn: string, action: string): ScheduleTarget {
    const role = new Role(this.#scope, `${id}ScheduleRole`, {
      description: `Lets a schedule start ${id}, or leave word in the dead-letter queue if that fails`,
      // Only this group's schedules may use the role:
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Stack.of(this.#scope).account,
            'aws:SourceArn': this.#group.scheduleGroupArn,
          },
        },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: [action], resources: [arn] }));
    role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.#failures.queueArn] }),
    );
    return { arn, role };
  }
}
