import { randomUUID } from 'node:crypto';
import type { RecordItem } from '#shared/models/records.ts';
import type { PulledRecords } from '#shared/moodle/pulls/pull-ports.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';

/** The records table, as the pulls write it, and as what they have written is deleted when it is no longer needed. */
export const pulledRecords = tableStore(
  'RecordsTable',
  {
    put: 'BatchWriteItem',
    putNew: 'PutItem',
    setFields: 'UpdateItem',
    expire: 'DeleteItem',
  },
  openPulled,
);

interface ExpiringRecords {
  /** Deletes a record, unless a pull has written it since it was read, and answers whether it did. */
  expire(record: RecordItem): Promise<boolean>;
}

/** @param now milliseconds since 1970 */
function openPulled(table: Table, now: () => number): PulledRecords & ExpiringRecords {
  /** Every write has another stamp: a write with a new one is known to come from here. */
  const origin = (instance: string): Item => ({
    connector_no_export: true,
    sync_stamp: randomUUID(),
    instance,
    pulled_at: new Date(now()).toISOString(),
  });

  return {
    put: (instance, records) =>
      table.write({ put: records.map((record) => ({ ...record, ...origin(instance) })) }),

    async putNew(instance, records) {
      for (const record of records) {
        await table.put({ ...record, ...origin(instance) }, { expression: 'attribute_not_exists(id)' });
      }
    },

    setFields: (instance, { model, id }, fields, { name, value }) =>
      table.change(
        { model, id },
        { set: { ...fields, ...origin(instance) } },
        {
          expression: `attribute_exists(id) AND ${value === undefined ? 'attribute_not_exists(#read)' : '#read = :read'}`,
          names: { '#read': name },
          ...(value !== undefined && { values: { ':read': value } }),
        },
      ),

    expire: ({ model, id, sync_stamp }) =>
      table.delete({ model, id }, { expression: 'sync_stamp = :read', values: { ':read': sync_stamp } }),
  };
}
