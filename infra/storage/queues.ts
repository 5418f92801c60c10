import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Declaration } from '#functions/declaration.ts';
import type { QueueName } from '#shared/store/part.ts';

/** Those that the declared functions read or leave word in. */
export type Queues = Record<QueueName, Queue>;

/** The longest that SQS keeps a message: the default of 4 days would lose work over a long holiday. */
const commonProperties = {
  retentionPeriod: Duration.days(14),
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
};

/**
 * Retries are the engine's: only messages that crash their function every time get to a dead-letter queue through
 * receiving, after the fifth time.
 */
const maxReceiveCount = 5;

/** The queues of the declared functions, with those that take what they could not work off. */
export function createQueues(scope: Construct, declarations: readonly Declaration[]): Queues {
  const queues = new Map<QueueName, Queue>();
  const failuresQueue = (name: QueueName): Queue => {
    const known = queues.get(name) ?? new Queue(scope, name, commonProperties);
    queues.set(name, known);
    return known;
  };
  for (const { source, timeout } of declarations) {
    if ('queue' in source) {
      // Six times the function's, as AWS advises for event sources:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      const visibilityTimeout = Duration.seconds(6 * timeout);
      const deadLetterQueue = { queue: failuresQueue(source.failures), maxReceiveCount };
      queues.set(
        source.queue,
        new Queue(scope, source.queue, { ...commonProperties, visibilityTimeout, deadLetterQueue }),
      );
    } else if ('stream' in source) {
      Validations.of(failuresQueue(source.failures)).acknowledge({
        id: 'AwsSolutions-SQS3',
        reason: 'It is a dead-letter queue: of an event source mapping, which the rule does not look at.',
      });
    }
  }
  return Object.fromEntries(queues) as Queues;
}
