import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { batchGet } from '#shared/store/documents.ts';

/** The OecRecords table: what the ERP wrote, and what came from Moodle, read as it is now. */
export function recordsStore(
  client: DynamoDBDocumentClient,
  table: string,
): RecordReader<string> & RecordPages<string> {
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
  };
}
