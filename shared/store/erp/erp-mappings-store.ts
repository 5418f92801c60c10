import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ErpMapping, type ErpMappingStore, pointerId } from '#shared/odoo/import/mapping.ts';
import { type ImportedModel, isErpId } from '#shared/odoo/import/models.ts';
import { putRevised } from '#shared/store/conditional-write.ts';
import { batchGet, batchWrite, type Item, queryByPrefix } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import { readNear } from '#shared/sync/read-near.ts';

/**
 * The ErpMappings table: a row for each record from Moodle that the import brings to the ERP, and beside it, for the
 * models that the export reads too, a row `erp#77` that says which record from Moodle the ERP's record 77 is. Its sparse
 * index `attention` holds the rows that have a failure, by status and time.
 */
export const erpMappingsStore = tableStore(
  'ErpMappingsTable',
  {
    getMany: 'BatchGetItem',
    getNear: ['BatchGetItem', 'Query'],
    save: 'PutItem',
    remove: 'BatchWriteItem',
    listAttention: 'index/attention',
    pointers: 'BatchGetItem',
    writePointers: 'BatchWriteItem',
    removePointers: 'BatchWriteItem',
  },
  openErpMappings,
);

function openErpMappings(client: DynamoDBDocumentClient, table: string): ErpMappingStore {
  async function getMany(model: ImportedModel, ids: readonly string[]) {
    const keys = [...new Set(ids)].map((id) => ({ model, id }));
    return byId(await batchGet(client, table, keys));
  }

  async function page(model: ImportedModel, from: string, to: string) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'model = :model AND id BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':model': model, ':from': from, ':to': to },
      }),
    );
    return { rows: byId(Items), reached: LastEvaluatedKey && String(LastEvaluatedKey.id) };
  }

  return {
    getMany,

    async getNear(model, ids) {
      const rows = new Map<string, ErpMapping>();
      // The rows that point from the ERP's records to those from Moodle lie between the two kinds of ids.
      for (const near of Map.groupBy(ids, isErpId).values()) {
        const parts = { page: page.bind(undefined, model), getMany: getMany.bind(undefined, model) };
        for (const [id, row] of await readNear(near, parts)) rows.set(id, row);
      }
      return rows;
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

function byId(items: Item[]): Map<string, ErpMapping> {
  return new Map(items.map((item) => [String(item.id), toRow(item)]));
}

function toRow({ attention: _attention, ...item }: Item): ErpMapping {
  return item as ErpMapping;
}
