import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { RetentionTask } from '#shared/retention/retention-task.ts';

/** RetentionQueue: what is left of a run that ran out of time. */
export function retentionQueue(
  client: SQSClient,
  queueUrl: string,
): { send(task: RetentionTask): Promise<void> } {
  return {
    async send(task) {
      await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(task) }));
    },
  };
}
