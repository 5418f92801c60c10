import { DeleteCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { InterceptedCall } from '#local/odoo/simulated-odoo.ts';
import type { PushedModel } from '#shared/models/models.ts';
import { type ExportState, readExportState } from '#shared/odoo/export/export-state.ts';
import { type ModelState, readModelState } from '#shared/odoo/export/model-state.ts';
import type { Item } from '#shared/store/documents.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import type { Kit } from '../kit.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** Longer than the export's overlap. */
export const untilSettled = 16 * minute;

/** Runs the export as its schedule does each minute, and waits until all is done that this causes. */
export async function exportChanges(kit: Kit): Promise<void> {
  await kit.cloud.invoke('erp-export', { task: 'changes' });
  await kit.settle();
}

/** Runs the export as its schedule does each hour: all records are compared. */
export async function exportAll(kit: Kit): Promise<void> {
  await kit.cloud.invoke('erp-export', { task: 'all' });
  await kit.settle();
}

export function statesOf(kit: Kit) {
  return erpStates(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpStateTableName'));
}

export function exportState(kit: Kit): Promise<ExportState> {
  return readExportState(statesOf(kit));
}

export function modelState(kit: Kit, model: PushedModel): Promise<ModelState> {
  return readModelState(statesOf(kit), model);
}

/** `model code` of each finding. */
export async function findings(kit: Kit): Promise<string[]> {
  return (await exportState(kit)).findings.map(({ model, code }) => (model ? `${model} ${code}` : code));
}

/** A record of the table. */
export async function recordOf(kit: Kit, model: string, id: number | string): Promise<Item | undefined> {
  const TableName = kit.cloud.resource('RecordsTableName');
  const { Item } = await kit.cloud.clients.dynamodb.send(
    new GetCommand({ TableName, Key: { model, id: String(id) }, ConsistentRead: true }),
  );
  return Item;
}

/** The ids that the table has of a model. */
export async function idsOf(kit: Kit, model: string): Promise<string[]> {
  const { Items = [] } = await kit.cloud.clients.dynamodb.send(
    new QueryCommand({
      TableName: kit.cloud.resource('RecordsTableName'),
      KeyConditionExpression: 'model = :model',
      ExpressionAttributeValues: { ':model': model },
    }),
  );
  return Items.map(({ id }) => String(id));
}

/** Takes a record out of the table, as if a write had been lost. */
export async function loseRecord(kit: Kit, model: string, id: number): Promise<void> {
  const TableName = kit.cloud.resource('RecordsTableName');
  await kit.cloud.clients.dynamodb.send(new DeleteCommand({ TableName, Key: { model, id: String(id) } }));
}

/** The calls of the ERP while `work` runs, by name. */
export async function callsDuring(kit: Kit, work: () => Promise<unknown>): Promise<Record<string, number>> {
  kit.erp.resetCalls();
  await work();
  const counts: Record<string, number> = {};
  for (const { call } of kit.erp.calls) counts[call] = (counts[call] ?? 0) + 1;
  return counts;
}

/** Whether a call is one of a model's, whatever its method. */
export function isOf(model: string): (call: InterceptedCall) => boolean {
  return ({ call }) => call.startsWith(`${model}.`);
}
