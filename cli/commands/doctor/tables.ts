import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '#cli/connection/deployment.ts';
import { failed, isolated, ok, type Said } from './check.ts';

interface CheckedTable {
  name: string;
  table: string;
  /** Where a command writes to it: a key that no item has. */
  noKey?: Record<string, string>;
}

const nobody = 'oec-moodle doctor';

/** Whether the operator's credentials may read every table, and write those that a command writes. */
export async function checkTables(deployment: Deployment): Promise<Said[]> {
  const said = await Promise.all(
    tablesOf(deployment).map((table) =>
      isolated(`The table ${table.name}`, () => checkTable(deployment, table)),
    ),
  );
  return said.flat();
}

function tablesOf({ outputs, erp }: Deployment): CheckedTable[] {
  return [
    { name: 'OecRecords', table: outputs.RecordsTableName, noKey: { model: nobody, id: nobody } },
    { name: 'RecordLinks', table: outputs.LinksTableName },
    {
      name: 'MoodleMappings',
      table: outputs.MappingsTableName,
      noKey: { instance: nobody, idnumber: nobody },
    },
    { name: 'MoodleInstances', table: outputs.InstancesTableName, noKey: { id: nobody } },
    ...(erp
      ? [
          { name: 'ErpState', table: erp.outputs.ErpStateTableName, noKey: { key: nobody } },
          {
            name: 'ErpMappings',
            table: erp.outputs.ErpMappingsTableName,
            noKey: { model: nobody, id: nobody },
          },
        ]
      : []),
  ];
}

async function checkTable({ clients }: Deployment, table: CheckedTable): Promise<Said> {
  const TableName = table.table;
  await clients.documents.send(new ScanCommand({ TableName, Limit: 1 }));
  if (!table.noKey) return ok(`The table ${table.name} can be read.`);
  if (await mayWrite(clients.documents, TableName, table.noKey))
    return ok(`The table ${table.name} can be read and written.`);
  return failed(
    `The table ${table.name} took a write whose condition cannot hold.`,
    'This is no DynamoDB: check AWS_ENDPOINT_URL.',
  );
}

/** Asks for a write on a condition that never holds: DynamoDB looks at the rights first, and then writes nothing. */
async function mayWrite(
  documents: Deployment['clients']['documents'],
  TableName: string,
  Key: Record<string, string>,
): Promise<boolean> {
  const [name = ''] = Object.keys(Key);
  try {
    await documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET checked = :checked',
        ConditionExpression: 'attribute_exists(#key) AND attribute_not_exists(#key)',
        ExpressionAttributeNames: { '#key': name },
        ExpressionAttributeValues: { ':checked': true },
      }),
    );
    return false;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return true;
    throw error;
  }
}
