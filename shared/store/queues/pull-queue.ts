import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PullTask } from '#shared/moodle/pulls/pull-service.ts';

export interface PullQueue {
  send(task: PullTask): Promise<void>;
}

/** PullQueue. The message group is the instance, as in PushQueue. */
export function pullQueue(client: SQSClient, queueUrl: string): PullQueue {
  return {
    async send(task) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(task),
          MessageGroupId: task.instance,
        }),
      );
    },
  };
}
