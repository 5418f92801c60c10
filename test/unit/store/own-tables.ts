import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { callDirectly } from '#local/cloud/protocol/direct-calls.ts';
import { DynamoDbService } from '#local/cloud/tables/dynamodb-service.ts';
import { VirtualClock } from '#local/cloud/virtual-clock.ts';
import { documentClient } from '#shared/store/documents.ts';

interface Keys {
  partition: string;
  sort?: string;
}

/**
 * A client of tables in this process, which only it can reach.
 *
 * @param tables the names of their keys, all of them texts; an index by its name
 */
export async function ownTables(
  tables: Record<string, Keys & { index?: Keys & { name: string } }>,
): Promise<DynamoDBDocumentClient> {
  const dynamodb = new DynamoDbService(new VirtualClock());
  for (const [name, { index, ...keys }] of Object.entries(tables)) {
    const namesOf = ({ partition, sort }: Keys) => (sort === undefined ? [partition] : [partition, sort]);
    const attributes = new Set([keys, index].flatMap((one) => (one ? namesOf(one) : [])));
    const schema = (key: Keys) =>
      namesOf(key).map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' }));
    const GlobalSecondaryIndexes = index && [
      { IndexName: index.name, KeySchema: schema(index), Projection: { ProjectionType: 'ALL' } },
    ];
    await dynamodb.createTable({
      TableName: name,
      KeySchema: schema(keys),
      AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
    });
  }
  const client = documentClient({ region: 'eu-central-1' });
  return callDirectly(client, { dynamodb });
}
