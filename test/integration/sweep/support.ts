import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { SweepName } from '#shared/models/services.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import type { Kit } from '../kit.ts';

export const minute = 60_000;
export const hour = 60 * minute;

const all: SweepName[] = ['structure', 'students', 'teachers'];

/** What one run of the sweep said about one service. */
export interface SweepReport {
  message: string;
  instance: string;
  push_service: string;
  records: number;
  queued: number;
  subtracting: number;
  holds: number;
}

/** Makes sweeps as their schedules do, waits until all is done that they cause, and answers what they reported. */
export async function sweep(kit: Kit, names: SweepName[] = all): Promise<SweepReport[]> {
  const before = kit.cloud.logs('push-sweep').length;
  for (const name of names) {
    await kit.cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: kit.cloud.resource('SweepQueue'),
        MessageBody: JSON.stringify({ sweep: name }),
      }),
    );
    await kit.settle();
  }
  return kit.cloud.logs('push-sweep').slice(before).flatMap(toReport);
}

/** Ids that were queued, by service; empty where nothing was found. */
export function queued(reports: SweepReport[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { push_service: service, queued: count } of reports) {
    if (count > 0) found[service] = (found[service] ?? 0) + count;
  }
  return found;
}

/** Does something that the stream does not pass on to the instance, as if its events were lost. */
export async function unnoticed(kit: Kit, work: () => Promise<unknown>, instance = 'demo'): Promise<void> {
  await kit.configure(instance, { status: 'disabled' });
  await work();
  await kit.settle();
  await kit.configure(instance, { status: 'active' });
}

/** Empties the links table. */
export async function loseLinks(kit: Kit): Promise<void> {
  const table = kit.cloud.resource('LinksTableName');
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(new ScanCommand({ TableName: table }));
  for (const { target, source } of Items) {
    await kit.cloud.clients.dynamodb.send(new DeleteCommand({ TableName: table, Key: { target, source } }));
  }
}

/** All links, as `source → target`. */
export async function links(kit: Kit): Promise<string[]> {
  const table = kit.cloud.resource('LinksTableName');
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(new ScanCommand({ TableName: table }));
  return Items.map(({ target, source }) => `${source} → ${target}`).sort();
}

/** Changes a mapping by hand. */
export async function editMapping(kit: Kit, idnumber: string, changes: Partial<Mapping>): Promise<void> {
  const mapping = await kit.mapping(idnumber);
  await kit.cloud.clients.dynamodb.send(
    new PutCommand({
      TableName: kit.cloud.resource('MappingsTableName'),
      Item: { ...mapping, ...changes },
    }),
  );
}

/** Messages in the push queue, delayed ones included. */
export async function waitingUnits(kit: Kit): Promise<number> {
  return (await kit.cloud.queueMessages(kit.cloud.resource('PushQueueUrl'))).length;
}

function toReport(line: string): SweepReport[] {
  const start = line.indexOf('{');
  if (start < 0 || !line.includes('"push_service"')) return [];
  return [JSON.parse(line.slice(start)) as SweepReport];
}
