import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { ErpMapping } from '#shared/odoo/import/mapping.ts';
import type { Item } from '#shared/store/documents.ts';
import type { Kit } from '../kit.ts';
import type { Verdicts } from './verdicts.ts';

/** Everything in a table. */
export async function allItems(kit: Kit, table: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await kit.cloud.clients.dynamodb.send(
      new ScanCommand({
        TableName: kit.cloud.resource(table),
        ExclusiveStartKey: start,
        ConsistentRead: true,
      }),
    );
    items.push(...Items);
    start = LastEvaluatedKey;
  } while (start);
  return items;
}

/** The rows of ErpMappings, without those that only point from the ERP's records to them. */
export async function importRows(kit: Kit): Promise<ErpMapping[]> {
  const items = await allItems(kit, 'ErpMappingsTableName');
  return items.filter(({ id }) => !String(id).startsWith('erp#')) as ErpMapping[];
}

/**
 * Queues in which nothing may lie once everything is quiet. PullFailures may: it names tasks that failed every time in
 * the storms, and the pulls of the hours after have brought what they were to bring.
 */
const queues = [
  'ErpQueueUrl',
  'ErpStreamFailuresQueueUrl',
  'PullQueueUrl',
  'ScheduleFailuresQueueUrl',
] as const;

/** Every row of the import says where it stands, and no message is left that belongs to none. */
export async function judgeImportBooks(
  kit: Kit,
  rows: readonly ErpMapping[],
  verdicts: Verdicts,
): Promise<void> {
  const { cloud } = kit;
  for (const name of queues)
    for (const { state, body } of await cloud.queueMessages(cloud.resource(name)))
      verdicts.report(`A message is left in ${name}: ${state}, ${body.slice(0, 300)}`);
  for (const row of rows) {
    const { model, id, status, failure, claim } = row;
    const books = `${model} ${id} is ${status}`;
    if (status === 'synced' && failure) verdicts.report(`${books} and says ${failure.code}`);
    if (status !== 'synced' && !failure?.reason) verdicts.report(`${books} without a reason`);
    if (status === 'failed') verdicts.report(`${books} (${failure?.code}) when all attempts are over`);
    if (status === 'synced' && claim) verdicts.report(`${books} and claimed until ${claim.until}`);
  }
  const given = (await cloud.queueMessages(cloud.resource('ErpFailuresQueueUrl'))).map(
    ({ body, messageAttributes }) => ({
      body,
      key: ['model', 'record_id'].map((name) => messageAttributes[name]?.StringValue).join(' '),
    }),
  );
  const ended = rows.filter(({ status }) => status === 'permanently_failed');
  const keys = new Set(rows.map(({ model, id }) => `${model} ${id}`));
  for (const { key, body } of given)
    if (!keys.has(key)) verdicts.report(`A unit of the import was given up by SQS: ${body.slice(0, 300)}`);
  for (const { model, id } of ended)
    if (!given.some(({ key }) => key === `${model} ${id}`))
      verdicts.report(`${model} ${id} is permanently failed and not in ErpFailures`);
}
