import type { Desired } from '#shared/odoo/import/desired/desired.ts';
import { type ErpMapping, isClaimed } from '#shared/odoo/import/mapping.ts';
import { type ImportedModel, isErpId, kinds } from '#shared/odoo/import/models.ts';
import { conflictMilliseconds } from '#shared/sync/units/waits.ts';

/** A record with what it asks for. */
type Asking = { model: ImportedModel; desired: Desired; hash: string };

/** A retry that is later than this has been lost, in milliseconds: queues and schedules may be some minutes late. */
const lateMilliseconds = 10 * 60_000;

/**
 * Whether the ERP holds what the record asks for, under the parent that is in the ERP now.
 *
 * @param parent the row of what it hangs on, where that comes from Moodle
 */
export function isAsDesired(
  { model, desired, hash }: Asking,
  row: ErpMapping | undefined,
  parent: ErpMapping | undefined,
): boolean {
  if (row?.status !== 'synced') return false;
  const { isMadeOnce, follows } = kinds[model];
  if (isMadeOnce) return row.erp_id !== undefined && (follows === undefined || row.sync_hash === hash);
  if (row.sync_hash !== hash) return false;
  const hangsOnOwn = desired.parent === undefined || isErpId(desired.parent.id);
  return row.erp_id === undefined || hangsOnOwn || parent?.erp_id === row.parent_erp_id;
}

/** Whether a mark was taken back that never was in the ERP. */
export function isNothing({ desired }: Asking, row: ErpMapping | undefined): boolean {
  return desired.isWithdrawn && row?.erp_id === undefined && row?.claim === undefined;
}

/**
 * Whether a sweep queues a record: the stream has missed it, its retry was lost, a worker died over it, what it waits for
 * has arrived, or a person may have decided.
 *
 * @param asking undefined where the record cannot be read
 * @param parent as for `isAsDesired`
 * @param now milliseconds since 1970
 */
export function isDue(
  asking: Asking | undefined,
  row: ErpMapping | undefined,
  parent: ErpMapping | undefined,
  now: number,
): boolean {
  if (!asking) return row?.status !== 'invalid';
  if (!row) return !isNothing(asking, row);
  if (isClaimed(row, now)) return false;
  const isOverdue = (time: string | undefined, after: number) =>
    time === undefined || Date.parse(time) + after <= now;
  switch (row.status) {
    case 'synced':
      // An exam that an operator has discarded comes again only with new marks.
      return (
        !isAsDesired(asking, row, parent) &&
        !(kinds[asking.model].isMadeOnce && row.sync_hash === asking.hash)
      );
    case 'failed':
      return isOverdue(row.next_attempt_at, lateMilliseconds);
    case 'waiting':
      return row.failure === undefined || parent?.status === 'synced';
    case 'conflict':
      return row.attempted_hash !== asking.hash || isOverdue(row.last_failed_at, conflictMilliseconds);
    default:
      return row.attempted_hash !== asking.hash;
  }
}
