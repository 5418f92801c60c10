import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { pullStamps } from '#shared/engine/pull-ports.ts';
import { isPushedModel } from '#shared/oec/models.ts';
import type { OecItem } from '#shared/oec/oec-item.ts';
import { completionAttribute } from '#shared/services/moodle-completion.ts';
import { batchGet, batchWrite } from './documents.ts';

/** DynamoDB's limit for an item, in bytes. */
const largestItem = 400 * 1024;

/** What a pull wrote to a record of the ERP's, which the ERP may repeat but never decides. */
const ofTheLink = [...pullStamps, completionAttribute];
/** What a pull wrote to a record of its own, and the ERP may take over or leave out (docs/data-contract.md). */
const keptWhereLeftOut = ['withdrawn', 'moodle_status', 'taken_at'];

/** Why the records table cannot hold an item, as the end of the sentence "Line 3 …"; undefined where it can. */
export function unstorable(item: OecItem): string | undefined {
  // JSON is never shorter than what DynamoDB counts: it adds quotation marks and writes numbers out.
  if (Buffer.byteLength(JSON.stringify(item)) > largestItem) {
    return 'is larger than the 400 kB that the records table takes: leave images out';
  }
  try {
    marshall(item);
    return undefined;
  } catch {
    return 'holds a number that the records table cannot store';
  }
}

/**
 * Writes records as the ERP does, whole; those whose content is in the table already are left alone, so that nothing
 * hears of them. What the link itself has put on an item stays on it.
 *
 * @param items of different keys
 */
export async function loadRecords(
  client: DynamoDBDocumentClient,
  table: string,
  items: OecItem[],
): Promise<{ written: number; unchanged: number }> {
  const keys = items.map(({ model, id }) => ({ model, id }));
  const before = new Map(
    (await batchGet(client, table, keys)).map((item) => [`${item.model}#${item.id}`, item as OecItem]),
  );
  const changed = items
    .map((item) => mergedWith(before.get(`${item.model}#${item.id}`), item))
    .filter((item) => !isDeepStrictEqual(item, before.get(`${item.model}#${item.id}`)));
  await batchWrite(client, table, { put: changed });
  return { written: changed.length, unchanged: items.length - changed.length };
}

/**
 * A record as it is to be stored. The stamps are the table's: a stamp that is new there says that a write came from a
 * pull, and a record that is loaded is to be pushed.
 */
export function mergedWith(before: OecItem | undefined, item: OecItem): OecItem {
  const merged: OecItem = { ...item };
  if (isPushedModel(item.model)) {
    delete merged.connector_no_export;
    delete merged.sync_stamp;
  }
  for (const name of ofTheLink) if (before && name in before) merged[name] = before[name];
  for (const name of keptWhereLeftOut) {
    if (before && name in before && !(name in item)) merged[name] = before[name];
  }
  return merged;
}
