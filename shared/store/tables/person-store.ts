import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RecordItem } from '#shared/models/records.ts';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import type { PersonStore } from '#shared/operate/person/ports.ts';
import type { Item } from '#shared/store/documents.ts';
import { placeOf, Table } from '#shared/store/table.ts';

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
export function personStore(client: DynamoDBDocumentClient, names: PersonTables): PersonStore {
  const at = (name: string) => new Table(client, name);
  const [records, links, mappings] = [at(names.records), at(names.links), at(names.mappings)];
  const erpMappings = names.erpMappings === undefined ? undefined : at(names.erpMappings);
  return {
    recordsNaming: async (model, field, id) =>
      (await records.query({ model }, undefined, {
        FilterExpression: '#field IN (:number, :text) OR #field[0] IN (:number, :text)',
        ExpressionAttributeNames: { '#field': field },
        ExpressionAttributeValues: { ':number': Number(id), ':text': id },
      })) as RecordItem[],

    linksTo: async (target) =>
      (await links.query({ target })).map(({ source }) => ({ target, source: String(source) })),

    mappingRows: (instance, prefix) => mappings.query({ instance }, { idnumber: prefix }),

    rowsEnding: (instance, prefix, ending) =>
      itemsEnding(mappings, { instance }, { idnumber: prefix }, ending),

    rowsHolding(instance, prefix, path) {
      const { place, names } = placeOf(path);
      const holding = { FilterExpression: `attribute_exists(${place})`, ExpressionAttributeNames: names };
      return mappings.query({ instance }, { idnumber: prefix }, holding);
    },

    async erpRows(model, ending) {
      if (!erpMappings) return [];
      if (ending !== undefined)
        return (await itemsEnding(erpMappings, { model }, { id: '' }, ending)) as ErpMapping[];
      // Rows that only point from the ERP's records to these have no status.
      const FilterExpression = 'attribute_exists(#status)';
      const rows = { FilterExpression, ExpressionAttributeNames: { '#status': 'status' } };
      return (await erpMappings.query({ model }, undefined, rows)) as ErpMapping[];
    },

    erpRowsOf: async (keys) =>
      ((await erpMappings?.getMany(keys.map(({ model, id }) => ({ model, id })))) ?? []) as ErpMapping[],

    removeRecords: (keys) => records.write({ remove: keys }),
    removeLinks: (keys) => links.write({ remove: keys }),
    removeErpRows: async (keys) => erpMappings?.write({ remove: keys }),
    removeMappingRows: (keys) => mappings.write({ remove: keys }),

    async removeValue({ instance, idnumber }, path) {
      await mappings.removeAt({ instance, idnumber }, path);
    },
  };
}

/** Items whose sort key ends so. DynamoDB filters by no key: the keys are read first. */
async function itemsEnding(
  table: Table,
  partition: Record<string, string>,
  sort: Record<string, string>,
  ending: string,
): Promise<Item[]> {
  const [key] = Object.keys(sort) as [string];
  const keys = await table.query(partition, sort, { ProjectionExpression: '#partition, #sort' });
  return table.getMany(keys.filter((item) => String(item[key]).endsWith(ending)));
}
