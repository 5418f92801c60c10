import { isDeepStrictEqual } from 'node:util';
import { isLater } from '#shared/models/fields/odoo-time.ts';
import type { RecordItem } from '#shared/models/records.ts';
import { mergedWith } from '#shared/moodle/accounts/merged-record.ts';

/**
 * What a row of the ERP is to the item of the table:
 * - new, changed: to be written. - same: nothing is.
 * - older: the item has a later write_date, so the row is what the ERP was before: it was restored, or the item holds
 *   what came from Moodle since.
 * - replaced: it was created at another time, so it is another record under an id that was given twice.
 */
export type Verdict = 'new' | 'changed' | 'same' | 'older' | 'replaced';

/**
 * Compares a row with the item of its id, by content.
 *
 * @param isAccepted the operator's word: a row counts whatever its dates
 * @returns the verdict, and the item as it is to be stored
 */
export function judge(
  before: RecordItem | undefined,
  row: RecordItem,
  isAccepted: boolean,
): { verdict: Verdict; item: RecordItem } {
  if (!before) return { verdict: 'new', item: mergedWith(undefined, row) };
  // What Moodle has told of the former record does not belong to this one.
  if (isAnother(before, row))
    return { verdict: isAccepted ? 'changed' : 'replaced', item: mergedWith(undefined, row) };
  const item = mergedWith(before, row);
  if (isDeepStrictEqual(item, before)) return { verdict: 'same', item };
  return { verdict: !isAccepted && isOlder(before, row) ? 'older' : 'changed', item };
}

/** The dates of a record, as far as it has them. */
export type Dated = { readonly [field: string]: unknown };

/** Whether two records of one id are not the same one. Records that the ERP wrote by itself may lack the date. */
export function isAnother(before: Dated, row: Dated): boolean {
  const [one, other] = [before.create_date, row.create_date];
  return isLater(one, other) || isLater(other, one);
}

/** Whether the row is a former state of the item. A change of a contact leaves the date as it is. */
export function isOlder(before: Dated, row: Dated): boolean {
  return isLater(before.write_date, row.write_date);
}

/** Whether the item's dates are Moodle's: a pull has written what a teacher said there into the ERP's own line. */
export function isFromMoodle(item: RecordItem | undefined): boolean {
  return item?.taken_at !== undefined;
}
