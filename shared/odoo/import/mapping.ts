import type { Values } from '#shared/odoo/calls/write.ts';
import type { AttemptRow } from '#shared/sync/units/attempts.ts';
import { isClaimed as isHeld } from '#shared/sync/units/claim.ts';
import type { ImportedModel } from './models.ts';

/** What is about to be done in the ERP, noted before the call: whoever dies between call and note leaves word. */
export interface ErpClaim {
  /** Until then nobody else touches the record, in ISO 8601. */
  until: string;
  doing: 'create' | 'write' | 'unlink';
  /** What the ERP holds once it is done. */
  values: Values;
}

/**
 * What a record from Moodle is in the ERP: a row of the ErpMappings table. The statuses are those of MoodleMappings
 * (shared/moodle/mappings/mapping.ts); a row that is `waiting` and has no failure is being worked on. Times are ISO 8601 in UTC.
 */
export interface ErpMapping extends AttemptRow {
  model: ImportedModel;
  /** The record's id in OecRecords. */
  id: string;
  /** The Moodle that it came from. */
  instance: string;
  erp_id?: number | undefined;
  /** The ERP's id of the exam or sheet that it hangs on. */
  parent_erp_id?: number | undefined;
  /** What the ERP held when it was last written: what differs from it was edited there by somebody. */
  written?: Values | undefined;
  /** Whether the import made the record, which it may then delete. */
  is_ours?: boolean | undefined;
  claim?: ErpClaim | undefined;
  last_synced_at?: string | undefined;
}

/** A row for a record that has none yet. */
export function newErpMapping(model: ImportedModel, id: string, instance: string): ErpMapping {
  return { model, id, instance, revision: 0, status: 'waiting', attempts: 0 };
}

/** Whether somebody is at it. @param now milliseconds since 1970 */
export function isClaimed({ claim }: ErpMapping, now: number): boolean {
  return isHeld({ claimed_until: claim?.until }, now);
}

/** A record of the import as others name it, in `waits_for` say. */
export function importKey({ model, id }: { model: ImportedModel; id: string }): string {
  return `${model}#${id}`;
}

/** The id of the row that points from a record of the ERP's to the record from Moodle that it is. */
export function pointerId(erpId: number): string {
  return `erp#${erpId}`;
}
