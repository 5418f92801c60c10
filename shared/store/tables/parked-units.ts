import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import type { ImportUnit } from '#shared/odoo/import/models.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Table } from '#shared/store/table.ts';
import type { Parking } from '#shared/sync/units/parking.ts';
import type { Unit } from '#shared/sync/units/unit.ts';

/** Their rows lie in a table of mappings under a prefix that no other key has. */
const prefix = 'unit/';
const actions = { park: 'PutItem', oldest: 'Query', remove: 'DeleteItem' } as const;

/** The units that wait for their instance, in the MoodleMappings table. */
export const parkedUnits = tableStore('MappingsTable', actions, (table) =>
  // Their row names it already.
  openParking<WorkUnit>(table, ['instance', 'idnumber'], (instance) => ({ instance })),
);

/** The units that wait for the ERP, in the ErpMappings table. */
export const parkedImports = tableStore('ErpMappingsTable', actions, (table) =>
  openParking<ImportUnit>(table, ['model', 'id'], () => ({})),
);

/** @param ofPeer what a unit says that its row's key tells */
function openParking<U extends Unit>(
  table: Table,
  [partition, sort]: [string, string],
  ofPeer: (peer: string) => Partial<U>,
): Parking<U> {
  const keyOf = (peer: string, key: string) => ({ [partition]: peer, [sort]: `${prefix}${key}` });
  return {
    async park(peer, key, { parked: _key, ...unit }) {
      await table.put({ ...keyOf(peer, key), unit });
    },

    async oldest(peer, count) {
      const { items } = await table.page({
        ConsistentRead: true,
        KeyConditionExpression: '#partition = :peer AND begins_with(#sort, :prefix)',
        ExpressionAttributeNames: { '#partition': partition, '#sort': sort },
        ExpressionAttributeValues: { ':peer': peer, ':prefix': prefix },
        Limit: count,
      });
      return items.map((item) => ({
        key: String(item[sort]).slice(prefix.length),
        unit: { ...ofPeer(peer), ...item.unit } as U,
      }));
    },

    async remove(peer, key) {
      await table.delete(keyOf(peer, key));
    },
  };
}
