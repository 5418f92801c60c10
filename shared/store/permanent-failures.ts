import { type MessageAttributeValue, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PermanentFailures } from '#shared/engine/ports.ts';

/** The dead-letter queue PermanentlyFailed, as the place where an operator finds what all attempts have failed. */
export function permanentFailures(client: SQSClient, queueUrl: string): PermanentFailures {
  return {
    async send(mapping) {
      const attributes = {
        status: mapping.status,
        instance: mapping.instance,
        model: mapping.model,
        record_id: mapping.record_id,
        reason: mapping.failure?.code ?? 'unknown',
        attempts: String(mapping.attempts),
        first_failed_at: mapping.first_failed_at ?? '',
        last_failed_at: mapping.last_failed_at ?? '',
      };
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageGroupId: mapping.instance,
          MessageBody: JSON.stringify({
            instance: mapping.instance,
            service: mapping.service,
            ids: [mapping.record_id],
          }),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]): [string, MessageAttributeValue] => [
              name,
              { DataType: 'String', StringValue: value || '-' },
            ]),
          ),
        }),
      );
    },
  };
}
