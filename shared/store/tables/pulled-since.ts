import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RecordItem } from '#shared/models/records.ts';

/** What came from a Moodle since a time, in the order in which it came. @param since ISO 8601 in UTC */
export async function* pulledSince(
  client: DynamoDBDocumentClient,
  table: string,
  instance: string,
  since: string,
): AsyncIterable<RecordItem> {
  const pages = paginateQuery(
    { client },
    {
      TableName: table,
      IndexName: 'pulled',
      KeyConditionExpression: '#instance = :instance AND pulled_at >= :since',
      ExpressionAttributeNames: { '#instance': 'instance' },
      ExpressionAttributeValues: { ':instance': instance, ':since': since },
    },
  );
  for await (const page of pages) yield* (page.Items ?? []) as RecordItem[];
}
