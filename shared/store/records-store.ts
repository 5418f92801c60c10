import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RecordItem, RecordReader } from '#shared/engine/ports.ts';
import { batchGet } from './documents.ts';

/** The OecRecords table: what the ERP wrote, read as it is now. */
export function recordsStore(client: DynamoDBDocumentClient, table: string): RecordReader {
  return {
    async getMany(model, ids) {
      const items = await batchGet(
        client,
        table,
        [...new Set(ids)].map((id) => ({ model, id })),
      );
      return new Map(items.map((item) => [String(item.id), item as RecordItem]));
    },
  };
}
