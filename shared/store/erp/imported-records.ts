import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ImportedRecords } from '#shared/odoo/export/ports.ts';
import { batchGet, queryByPrefix } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';

/** Rows under this prefix say which pulled record a record of the ERP is. */
const pointerPrefix = 'erp#';

/** Which of the ERP's records an import has made, from the ErpMappings table. */
export const importedRecords = tableStore(
  'ErpMappingsTable',
  { pulledIds: 'BatchGetItem', written: 'BatchGetItem', all: 'Query' },
  openImported,
);

function openImported(client: DynamoDBDocumentClient, table: string): ImportedRecords {
  return {
    async pulledIds(model, ids) {
      const keys = [...new Set(ids)].map((id) => ({ model, id: `${pointerPrefix}${id}` }));
      const rows = await batchGet(client, table, keys);
      return new Map(rows.map(({ id, record }) => [erpIdOf(id), String(record)]));
    },

    async written(model, ids) {
      const keys = [...new Set(ids)].map((id) => ({ model, id }));
      const rows = await batchGet(client, table, keys);
      return new Map(rows.flatMap(({ id, written }) => (written ? [[String(id), written] as const] : [])));
    },

    async all(model) {
      const rows = await queryByPrefix(client, {
        table,
        partition: { name: 'model', value: model },
        sort: { name: 'id', value: pointerPrefix },
      });
      return new Set(rows.map(({ id }) => erpIdOf(id)));
    },
  };
}

function erpIdOf(id: unknown): number {
  return Number(String(id).slice(pointerPrefix.length));
}
