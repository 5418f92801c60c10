import type { RecordItem, RecordPages, RecordReader } from '#shared/models/records.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** The OecRecords table: what the ERP wrote, and what came from Moodle, read as it is now. */
export const recordsStore = tableStore(
  'RecordsTable',
  { getMany: 'BatchGetItem', page: 'Query', search: 'Query', pulledSince: 'index/pulled' },
  openRecords,
);

interface RecordsStore extends RecordReader<string>, RecordPages<string> {
  /**
   * Looks through the records of a model for those with one of these values in one of these fields, as it stands there or
   * as the id of a many2one. DynamoDB reads every record for that, and sends what is meant.
   *
   * @returns as `page` does, with the number of records that it looked at
   */
  search(
    model: string,
    asked: { fields: readonly string[]; values: readonly (string | number)[]; after?: string | undefined },
  ): Promise<{ items: RecordItem[]; looked: number; after: string | undefined }>;
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

    async search(model, { fields, values, after }) {
      const names = Object.fromEntries(fields.map((field, index) => [`#f${index}`, field]));
      const given = Object.fromEntries(values.map((value, index) => [`:v${index}`, value]));
      const isAny = `IN (${Object.keys(given).join(', ')})`;
      const { items, last, looked } = await table.page({
        KeyConditionExpression: 'model = :model',
        FilterExpression: Object.keys(names)
          .map((name) => `${name} ${isAny} OR ${name}[0] ${isAny}`)
          .join(' OR '),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ...given, ':model': model },
        ...(after !== undefined && { ExclusiveStartKey: { model, id: after } }),
      });
      return { items: items as RecordItem[], looked, after: last && String(last.id) };
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
