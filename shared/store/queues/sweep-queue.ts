import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SweepPart } from '#shared/moodle/sweep/sweep-part.ts';

export interface SweepQueue {
  send(parts: SweepPart[]): Promise<void>;
}

/** SweepQueue: sweeps of instances, and what is left of those that ran out of time. */
export function sweepQueue(client: SQSClient, queueUrl: string): SweepQueue {
  return {
    async send(parts) {
      for (const part of parts) {
        await client.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: JSON.stringify(part),
            ...(part.instance !== undefined && { MessageGroupId: part.instance }),
          }),
        );
      }
    },
  };
}
