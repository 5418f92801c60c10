import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { RecordItem } from '#shared/models/records.ts';
import type { ExportRecords } from '#shared/odoo/export/ports.ts';
import { isWritten } from '#shared/store/conditional-write.ts';
import { batchGet } from '#shared/store/documents.ts';
import { unstorable } from '#shared/store/load-records.ts';
import { tableStore } from '#shared/store/part.ts';

/** The records table, as the export writes it: never over what somebody else has written since it was read. */
export const exportedRecords = tableStore(
  'RecordsTable',
  { getMany: 'BatchGetItem', pages: 'Query', put: 'PutItem', remove: 'DeleteItem', unstorable: [] },
  openExported,
);

function openExported(client: DynamoDBDocumentClient, table: string): ExportRecords {
  return {
    async getMany(model, ids) {
      const keys = [...new Set(ids)].map((id) => ({ model, id }));
      const items = (await batchGet(client, table, keys)) as RecordItem[];
      return new Map(items.map((item) => [item.id, item]));
    },

    async *pages(model) {
      const query = {
        TableName: table,
        KeyConditionExpression: 'model = :model',
        ExpressionAttributeValues: { ':model': model },
      };
      for await (const { Items = [] } of paginateQuery({ client }, query)) yield Items as RecordItem[];
    },

    put: (item, before) =>
      isWritten(client.send(new PutCommand({ TableName: table, Item: item, ...isUnchanged(before) }))),

    remove: (before) => {
      const { model, id } = before;
      return isWritten(
        client.send(new DeleteCommand({ TableName: table, Key: { model, id }, ...isUnchanged(before) })),
      );
    },

    unstorable,
  };
}

/** What every write changes: the ERP's moves the date (but for a contact's), a pull sets another stamp. */
const changing = ['write_date', 'sync_stamp'] as const;

/** The condition that an item is as it was read. */
function isUnchanged(before: RecordItem | undefined) {
  if (!before) return { ConditionExpression: 'attribute_not_exists(id)' };
  const present = changing.filter((name) => before[name] !== undefined);
  const conditions = changing.map((name) =>
    present.includes(name) ? `#${name} = :${name}` : `attribute_not_exists(#${name})`,
  );
  return {
    ConditionExpression: ['attribute_exists(id)', ...conditions].join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(changing.map((name) => [`#${name}`, name])),
    ...(present.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(present.map((name) => [`:${name}`, before[name]])),
    }),
  };
}
