import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type ErpMapping, pointerId } from '#shared/erp-import/mapping.ts';
import type { ErpMappingStore } from '#shared/erp-import/ports.ts';
import { putRevised } from './conditional-write.ts';
import { batchGet, batchWrite, type Item, queryByPrefix } from './documents.ts';

/**
 * The ErpMappings table: a row for each record from Moodle that the import brings to the ERP, and beside it, for the
 * models that the export reads too, a row `erp#77` that says which record from Moodle the ERP's record 77 is. Its sparse
 * index `attention` holds the rows that have a failure, by status and time.
 */
export function erpMappingsStore(client: DynamoDBDocumentClient, table: string): ErpMappingStore {
  return {
    async getMany(model, ids) {
      const keys = [...new Set(ids)].map((id) => ({ model, id }));
      const items = await batchGet(client, table, keys);
      return new Map(items.map((item) => [String(item.id), toRow(item)]));
    },

    save: (row) => putRevised(client, table, toItem(row), 'id'),

    async remove(model, ids) {
      await batchWrite(client, table, { remove: ids.map((id) => ({ model, id })) });
    },

    async listAttention(model, status) {
      const items = await queryByPrefix(client, {
        table,
        index: 'attention',
        partition: { name: 'model', value: model },
        sort: { name: 'attention', value: `${status}#` },
      });
      return items.map(toRow);
    },

    async pointers(model, erpIds) {
      const keys = [...new Set(erpIds)].map((erpId) => ({ model, id: pointerId(erpId) }));
      const items = await batchGet(client, table, keys);
      return new Map(items.map(({ erp_id, record }) => [Number(erp_id), String(record)]));
    },

    async writePointers(model, pointers) {
      const put = [...pointers].map(([erp_id, record]) => ({ model, id: pointerId(erp_id), erp_id, record }));
      await batchWrite(client, table, { put });
    },

    async removePointers(model, erpIds) {
      await batchWrite(client, table, { remove: erpIds.map((erpId) => ({ model, id: pointerId(erpId) })) });
    },
  };
}

/** The item of a row; `attention` is only there for rows that an operator may have to look at. */
function toItem(row: ErpMapping): Item & { revision: number } {
  const isFine = row.status === 'synced' || row.failure === undefined;
  const attention = isFine ? undefined : `${row.status}#${row.last_failed_at ?? ''}`;
  return { ...row, attention };
}

function toRow({ attention: _attention, ...item }: Item): ErpMapping {
  return item as ErpMapping;
}
