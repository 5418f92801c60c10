import type { RecordItem } from '#shared/models/records.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import type { Desired } from '#shared/odoo/import/desired/desired.ts';
import type { Failure } from '#shared/sync/failure.ts';
import type { ImportedModel } from './models.ts';
/** A record from Moodle on its way to the ERP. */
export interface ImportItem {
  model: ImportedModel;
  id: string;
  record: RecordItem;
  desired: Desired;
  hash: string;
}

/** What became of a record in one run. */
export type ImportOutcome =
  /** `gone`: not in the table any more. `later`: somebody else is at it. `left`: the ERP has no place for it. */
  | { result: 'created' | 'adopted' | 'updated' | 'deleted' | 'unchanged' | 'gone' | 'later' | 'left' }
  | { result: 'failed'; failure: Failure };

/** What the ERP holds of a record once it is as it should be. */
export interface Synced {
  result: 'created' | 'adopted' | 'updated' | 'deleted' | 'unchanged';
  erpId?: number | undefined;
  parentErpId?: number | undefined;
  written?: Values | undefined;
  isOurs?: boolean | undefined;
}

/** An exam, session, register or sheet as the ERP holds it now. */
export interface ParentInErp {
  model: ImportedModel;
  erpId: number;
  /** Why nothing is to be written to what hangs on it: the state in which the ERP has it. */
  closed?: string | undefined;
  /** What an exam counts up to. */
  totalMarks?: number | undefined;
  /** The marks that pass it. */
  minMarks?: number | undefined;
  batch?: number | undefined;
  /** The days of an exam session, in UTC as OpenEduCat counts them. */
  days?: Period | undefined;
}

/** A piece of time, in seconds since 1970. */
export type Period = { start: number; end: number };
