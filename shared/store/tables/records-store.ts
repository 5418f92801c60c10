import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

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

function openRecords(table: Table): RecordsStore {
  return {
    getMany: (model, ids) => table.getFrom({ model }, 'id', ids) as Promise<Map<string, RecordItem>>,

    async page(model, { after, limit }) {
      const { items, last } = await table.page({
        KeyConditionExpression: 'model = :model',
        ExpressionAttributeValues: { ':model': model },
        ...(after !== undefined && { ExclusiveStartKey: { model, id: after } }),
        ...(limit !== undefined && { Limit: limit }),
      });
      return { items: items as RecordItem[], after: last && String(last.id) };
    },

    async *pulledSince(instance, since) {
      const pages = table.pages({
        IndexName: 'pulled',
        KeyConditionExpression: '#instance = :instance AND pulled_at >= :since',
        ExpressionAttributeNames: { '#instance': 'instance' },
        ExpressionAttributeValues: { ':instance': instance, ':since': since },
      });
      for await (const page of pages) yield* page as RecordItem[];
    },
  };
}
