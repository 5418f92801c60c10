import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { batchGet } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';

/** The OecRecords table: what the ERP wrote, and what came from Moodle, read as it is now. */
export const recordsStore = tableStore(
  'RecordsTable',
  { getMany: 'BatchGetItem', page: 'Query', pulledSince: 'index/pulled' },
  openRecords,
);

interface RecordsStore extends RecordReader<string>, RecordPages<string> {
  /** What came from a Moodle since a time, in the order in which it came. @param since ISO 8601 in UTC */
  pulledSince(instance: string, since: string): AsyncIterable<RecordItem>;
}

function openRecords(client: DynamoDBDocumentClient, table: string): RecordsStore {
  return {
    async getMany(model, ids) {
      const items = await batchGet(
        client,
        table,
        [...new Set(ids)].map((id) => ({ model, id })),
      );
      return new Map(items.map((item) => [String(item.id), item as RecordItem]));
    },

    async page(model, { after, limit }) {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'model = :model',
          ExpressionAttributeValues: { ':model': model },
          ...(after !== undefined && { ExclusiveStartKey: { model, id: after } }),
          ...(limit !== undefined && { Limit: limit }),
        }),
      );
      return { items: Items as RecordItem[], after: LastEvaluatedKey && String(LastEvaluatedKey.id) };
    },

    async *pulledSince(instance, since) {
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
    },
  };
}
