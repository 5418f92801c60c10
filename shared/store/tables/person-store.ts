import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordItem } from '#shared/models/records.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import type { PersonStore } from '#shared/operate/person/ports.ts';
import { isWritten } from '#shared/store/conditional-write.ts';
import { batchGet, batchWrite, type Item, type QueryFilter, queryByPrefix } from '#shared/store/documents.ts';

/** The names of the tables; without an ERP there is none of its mappings. */
export type PersonTables = {
  records: string;
  links: string;
  mappings: string;
  erpMappings?: string | undefined;
};

/**
 * What the tables hold of one person. No index leads from a person to marks and memories, which only a person's request
 * asks for: the partitions that can hold any are read through, and DynamoDB sends what is meant.
 */
export function personStore(client: DynamoDBDocumentClient, tables: PersonTables): PersonStore {
  return {
    recordsNaming: (model, field, id) =>
      itemsOf<RecordItem>(tables.records, { model }, undefined, {
        FilterExpression: '#field IN (:number, :text) OR #field[0] IN (:number, :text)',
        ExpressionAttributeNames: { '#field': field },
        ExpressionAttributeValues: { ':number': Number(id), ':text': id },
      }),

    linksTo: async (target) =>
      (await itemsOf(tables.links, { target })).map(({ source }) => ({ target, source: String(source) })),

    mappingRows: (instance, prefix) => itemsOf(tables.mappings, { instance }, { idnumber: prefix }),

    rowsEnding: (instance, prefix, ending) =>
      itemsEnding(tables.mappings, { instance }, { idnumber: prefix }, ending),

    rowsHolding: (instance, prefix, path) =>
      itemsOf(
        tables.mappings,
        { instance },
        { idnumber: prefix },
        {
          FilterExpression: `attribute_exists(${placeholders(path).join('.')})`,
          ExpressionAttributeNames: names(path),
        },
      ),

    erpRows: async (model, ending) => {
      if (tables.erpMappings === undefined) return [];
      if (ending !== undefined)
        return (await itemsEnding(tables.erpMappings, { model }, { id: '' }, ending)) as ErpMapping[];
      // Rows that only point from the ERP's records to these have no status.
      const FilterExpression = 'attribute_exists(#status)';
      const filter = { FilterExpression, ExpressionAttributeNames: { '#status': 'status' } };
      return (await itemsOf(tables.erpMappings, { model }, undefined, filter)) as ErpMapping[];
    },

    erpRowsOf: async (keys) =>
      tables.erpMappings === undefined
        ? []
        : ((await batchGet(
            client,
            tables.erpMappings,
            keys.map(({ model, id }) => ({ model, id })),
          )) as ErpMapping[]),

    removeRecords: (keys) => batchWrite(client, tables.records, { remove: [...keys] }),
    removeLinks: (links) => batchWrite(client, tables.links, { remove: [...links] }),
    removeErpRows: async (keys) => {
      if (tables.erpMappings !== undefined)
        await batchWrite(client, tables.erpMappings, { remove: [...keys] });
    },
    removeMappingRows: (keys) => batchWrite(client, tables.mappings, { remove: [...keys] }),

    async removeValue({ instance, idnumber }, path) {
      const place = placeholders(path).join('.');
      await isWritten(
        client.send(
          new UpdateCommand({
            TableName: tables.mappings,
            Key: { instance, idnumber },
            UpdateExpression: `REMOVE ${place}`,
            ConditionExpression: `attribute_exists(${place})`,
            ExpressionAttributeNames: names(path),
          }),
        ),
      );
    },
  };

  /** Items whose sort key ends so. DynamoDB filters by no key: the keys are read first. */
  async function itemsEnding(
    table: string,
    partition: Record<string, string>,
    sort: Record<string, string>,
    ending: string,
  ): Promise<Item[]> {
    const [key] = Object.keys(sort) as [string];
    const keys = await itemsOf(table, partition, sort, { ProjectionExpression: '#partition, #sort' });
    return batchGet(
      client,
      table,
      keys.filter((item) => String(item[key]).endsWith(ending)),
    );
  }

  /** Items of a partition that have a sort key with a prefix and pass a filter. */
  async function itemsOf<Found extends Item = Item>(
    table: string,
    partition: Record<string, string>,
    sort?: Record<string, string>,
    filter?: QueryFilter,
  ): Promise<Found[]> {
    const place = { table, partition: keyIn(partition), ...(sort && { sort: keyIn(sort) }) };
    return (await queryByPrefix(client, place, filter)) as Found[];
  }
}

function keyIn(key: Record<string, string>): { name: string; value: string } {
  const [[name, value]] = Object.entries(key) as [[string, string]];
  return { name, value };
}

/** `['values', 'marks', '7']` as `#p0.#p1.#p2`, and what these stand for. */
const placeholders = (path: readonly string[]) => path.map((_name, index) => `#p${index}`);
const names = (path: readonly string[]) =>
  Object.fromEntries(path.map((name, index) => [`#p${index}`, name]));
