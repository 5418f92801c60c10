import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** Longest run of a function that reads PushQueue. */
export const pushTimeout = Duration.minutes(5);
/** Longest part of a sweep; it goes on in a part of its own after that. */
const sweepTimeout = Duration.minutes(5);

/** Longest run of pull-worker; what is left of a task goes on in one of its own after that. */
const pullTimeout = Duration.minutes(5);

/** Longest part of a comparison with a Moodle; it goes on in one of its own after that. */
const driftTimeout = Duration.minutes(10);

/** The longest that SQS keeps a message: the default of 4 days would lose work over a long holiday. */
export const commonQueueProperties = {
  retentionPeriod: Duration.days(14),
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
};

export interface Queues {
  /** Work units for push-worker. */
  readonly push: Queue;
  /** Units that are not tried again by themselves: it is also the dead-letter queue of PushQueue. */
  readonly permanentlyFailed: Queue;
  /** Which batches of the stream could not be turned into work units (shard and sequence numbers). */
  readonly streamFailures: Queue;
  /** Sweeps to make, and parts of sweeps that ran out of time. */
  readonly sweep: Queue;
  readonly sweepTimeout: Duration;
  /** Tasks for pull-worker. */
  readonly pull: Queue;
  readonly pullTimeout: Duration;
  /** Tasks that failed every time: the dead-letter queue of PullQueue. */
  readonly pullFailures: Queue;
  /** Comparisons with Moodles, and what is left of those that ran out of time. */
  readonly drift: Queue;
  readonly driftTimeout: Duration;
  /**
   * What a schedule could not start, and sweeps and comparisons that failed every time: the next hour's sweep, or the
   * next day's comparison, makes good for them.
   */
  readonly scheduleFailures: Queue;
}

/** Where it is noted which batches of a stream could not be worked off. */
export function createStreamFailures(scope: Construct, id: string): Queue {
  const failures = new Queue(scope, id, commonQueueProperties);
  Validations.of(failures).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is a dead-letter queue: of an event source mapping, which the rule does not look at.',
  });
  return failures;
}

/**
 * The queues of the push direction, and the dead-letter queue of all schedules.
 *
 * The visibility timeout is six times the function timeout, as AWS advises for event sources:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function createQueues(scope: Construct): Queues {
  const permanentlyFailed = new Queue(scope, 'PermanentlyFailedQueue', commonQueueProperties);
  const push = new Queue(scope, 'PushQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * pushTimeout.toSeconds()),
    // Retries are the engine's: only units that crash the worker every time get here through receiving.
    deadLetterQueue: { queue: permanentlyFailed, maxReceiveCount: 5 },
  });
  const streamFailures = createStreamFailures(scope, 'StreamFailuresQueue');
  const scheduleFailures = new Queue(scope, 'ScheduleFailuresQueue', commonQueueProperties);
  const sweep = new Queue(scope, 'SweepQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * sweepTimeout.toSeconds()),
    deadLetterQueue: { queue: scheduleFailures, maxReceiveCount: 5 },
  });
  const drift = new Queue(scope, 'DriftQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * driftTimeout.toSeconds()),
    deadLetterQueue: { queue: scheduleFailures, maxReceiveCount: 5 },
  });
  const pullFailures = new Queue(scope, 'PullFailuresQueue', commonQueueProperties);
  const pull = new Queue(scope, 'PullQueue', {
    ...commonQueueProperties,
    visibilityTimeout: Duration.seconds(6 * pullTimeout.toSeconds()),
    deadLetterQueue: { queue: pullFailures, maxReceiveCount: 5 },
  });
  return {
    pull,
    pullTimeout,
    pullFailures,
    push,
    permanentlyFailed,
    streamFailures,
    sweep,
    sweepTimeout,
    drift,
    driftTimeout,
    scheduleFailures,
  };
}
