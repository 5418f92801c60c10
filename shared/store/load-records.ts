import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { RecordItem } from '#shared/models/records.ts';
import { mergedWith } from '#shared/moodle/accounts/merged-record.ts';
import { Table } from './table.ts';

/** DynamoDB's limit for an item, in bytes. */
const largestItem = 400 * 1024;

/** DynamoDB's limit for attributes within each other. */
const deepest = 32;

/** Goes through it level by level: whatever walks into a value by calling itself ends with the stack. */
function isTooDeep(item: RecordItem): boolean {
  let level: unknown[] = [item];
  for (let depth = 0; depth <= deepest && level.length > 0; depth += 1)
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  return level.length > 0;
}

/** Why the records table cannot hold an item, as the end of the sentence "Line 3 …"; undefined where it can. */
export function unstorable(item: RecordItem): string | undefined {
  if (isTooDeep(item)) return `is nested deeper than the ${deepest} levels that the records table takes`;
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
  name: string,
  items: RecordItem[],
): Promise<{ written: number; unchanged: number }> {
  const table = new Table(client, name);
  const keys = items.map(({ model, id }) => ({ model, id }));
  const before = new Map(
    (await table.getMany(keys)).map((item) => [`${item.model}#${item.id}`, item as RecordItem]),
  );
  const changed = items
    .map((item) => mergedWith(before.get(`${item.model}#${item.id}`), item))
    .filter((item) => !isDeepStrictEqual(item, before.get(`${item.model}#${item.id}`)));
  await table.write({ put: changed });
  return { written: changed.length, unchanged: items.length - changed.length };
}
