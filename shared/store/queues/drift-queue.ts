import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DriftTask } from '#shared/moodle/drift/drift-task.ts';

export interface DriftQueue {
  /** @param delaySeconds at most 900, the limit of SQS */
  send(task: DriftTask & { instance: string }, delaySeconds: number): Promise<void>;
}

/** DriftQueue. The message group is the instance, as in PushQueue. */
export function driftQueue(client: SQSClient, queueUrl: string): DriftQueue {
  return {
    async send(task, delaySeconds) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(task),
          DelaySeconds: delaySeconds,
          MessageGroupId: task.instance,
        }),
      );
    },
  };
}
