import {
  type ErpMapping,
  type ErpMappingStore,
  erpIdIn,
  pointerId,
  pointerPrefix,
} from '#shared/odoo/import/mapping.ts';
import { type ImportedModel, isErpId } from '#shared/odoo/import/models.ts';
import type { Item } from '#shared/store/documents.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';
import { attentionOf } from '#shared/store/tables/mappings-store.ts';
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
    allPointers: 'Query',
    each: 'Query',
    writePointers: 'BatchWriteItem',
    removePointers: 'BatchWriteItem',
  },
  openErpMappings,
);

/** What is said of one record from Moodle, as far as it is counted. */
type CountedRow = Pick<ErpMapping, 'id' | 'status' | 'failure' | 'last_synced_at'>;

interface ErpMappings extends ErpMappingStore {
  /** All records of a model that the import has come to, one after another in the order of their ids. */
  each(model: ImportedModel): AsyncIterable<CountedRow>;
}

function openErpMappings(table: Table): ErpMappings {
  async function getMany(model: ImportedModel, ids: readonly string[]) {
    return byId(await table.getFrom({ model }, 'id', ids));
  }

  async function page(model: ImportedModel, from: string, to: string) {
    const { items, last } = await table.page({
      KeyConditionExpression: 'model = :model AND id BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':model': model, ':from': from, ':to': to },
    });
    return { rows: byId(items.map((item) => [String(item.id), item])), reached: last && String(last.id) };
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

    save: (row) => table.putRevised(toItem(row), 'id'),

    remove: (model, ids) => table.write({ remove: ids.map((id) => ({ model, id })) }),

    async listAttention(model, status) {
      return (await attentionOf(table, { model }, status)).map(toRow);
    },

    async pointers(model, erpIds) {
      const items = await table.getFrom({ model }, 'id', erpIds.map(pointerId));
      return new Map([...items].map(([id, { record }]) => [erpIdIn(id), String(record)]));
    },

    async allPointers(model) {
      const items = await table.query({ model }, { id: pointerPrefix });
      return new Set(items.map(({ id }) => erpIdIn(String(id))));
    },

    async *each(model) {
      // Rows that only say which record one of the ERP's is have no status.
      const pages = table.pages({
        KeyConditionExpression: 'model = :model',
        FilterExpression: 'attribute_exists(#status)',
        ProjectionExpression: 'id, #status, failure, last_synced_at',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':model': model },
      });
      for await (const items of pages) yield* items as CountedRow[];
    },

    writePointers: (model, pointers) =>
      table.write({
        put: [...pointers].map(([erp_id, record]) => ({ model, id: pointerId(erp_id), erp_id, record })),
      }),

    removePointers: (model, erpIds) =>
      table.write({ remove: erpIds.map((erpId) => ({ model, id: pointerId(erpId) })) }),
  };
}

/** The item of a row; `attention` is only there for rows that an operator may have to look at. */
function toItem(row: ErpMapping): Item & { revision: number } {
  const isFine = row.status === 'synced' || row.failure === undefined;
  const attention = isFine ? undefined : `${row.status}#${row.last_failed_at ?? ''}`;
  return { ...row, attention };
}

function byId(items: Iterable<[string, Item]>): Map<string, ErpMapping> {
  return new Map([...items].map(([id, item]) => [id, toRow(item)]));
}

function toRow({ attention: _attention, ...item }: Item): ErpMapping {
  return item as ErpMapping;
}
