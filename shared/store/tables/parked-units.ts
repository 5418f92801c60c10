import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { WorkUnit } from '#shared/moodle/push/work-unit.ts';
import { tableStore } from '#shared/store/part.ts';
import type { Parking } from '#shared/sync/units/parking.ts';

/** Their rows lie in the mappings table under a prefix that no idnumber has. */
const prefix = 'unit/';

/** The units that wait for their instance, in the MoodleMappings table. */
export const parkedUnits = tableStore(
  'MappingsTable',
  { park: 'PutItem', oldest: 'Query', remove: 'DeleteItem' },
  openParking,
);

function openParking(client: DynamoDBDocumentClient, table: string): Parking {
  return {
    async park(key, unit) {
      const { instance, parked: _key, ...rest } = unit;
      const Item = { instance, idnumber: `${prefix}${key}`, unit: rest };
      await client.send(new PutCommand({ TableName: table, Item }));
    },

    async oldest(instance, count) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#instance = :instance AND begins_with(idnumber, :prefix)',
          ExpressionAttributeNames: { '#instance': 'instance' },
          ExpressionAttributeValues: { ':instance': instance, ':prefix': prefix },
          Limit: count,
        }),
      );
      return Items.map(({ idnumber, unit }) => ({
        key: String(idnumber).slice(prefix.length),
        unit: { instance, ...unit } as WorkUnit,
      }));
    },

    async remove(instance, key) {
      await client.send(
        new DeleteCommand({ TableName: table, Key: { instance, idnumber: `${prefix}${key}` } }),
      );
    },
  };
}
