import type { RecordItem } from '#shared/models/records.ts';
import type { ExportRecords } from '#shared/odoo/export/ports.ts';
import { unstorable } from '#shared/store/load-records.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Condition, Table } from '#shared/store/table.ts';

/** The records table, as the export writes it: never over what somebody else has written since it was read. */
export const exportedRecords = tableStore(
  'RecordsTable',
  { getMany: 'BatchGetItem', pages: 'Query', put: 'PutItem', remove: 'DeleteItem', unstorable: [] },
  openExported,
);

function openExported(table: Table): ExportRecords {
  return {
    getMany: (model, ids) => table.getFrom({ model }, 'id', ids) as Promise<Map<string, RecordItem>>,

    pages: (model) =>
      table.pages({
        KeyConditionExpression: 'model = :model',
        ExpressionAttributeValues: { ':model': model },
      }) as AsyncIterable<RecordItem[]>,

    put: (item, before) => table.put(item, isUnchanged(before)),

    remove: (before) => table.delete({ model: before.model, id: before.id }, isUnchanged(before)),

    unstorable,
  };
}

/** What every write changes: the ERP's moves the date (but for a contact's), a pull sets another stamp. */
const changing = ['write_date', 'sync_stamp'] as const;

/** The condition that an item is as it was read. */
function isUnchanged(before: RecordItem | undefined): Condition {
  if (!before) return { expression: 'attribute_not_exists(id)' };
  const present = changing.filter((name) => before[name] !== undefined);
  const conditions = changing.map((name) =>
    present.includes(name) ? `#${name} = :${name}` : `attribute_not_exists(#${name})`,
  );
  return {
    expression: ['attribute_exists(id)', ...conditions].join(' AND '),
    names: Object.fromEntries(changing.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(present.map((name) => [`:${name}`, before[name]])),
  };
}
