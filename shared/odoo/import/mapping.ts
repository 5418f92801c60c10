import type { RecordReader } from '#shared/models/records.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import type { OdooWriter, Values } from '#shared/odoo/calls/write.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { MarksBrake } from '#shared/sync/limits/brake.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { AttemptRow, RowStatus } from '#shared/sync/units/attempts.ts';
import { isClaimed as isHeld } from '#shared/sync/units/claim.ts';
import type { Finding } from './import-state.ts';
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

/** How the ids of rows begin that point from a record of the ERP's to the record from Moodle that it is. */
export const pointerPrefix = 'erp#';

export function pointerId(erpId: number): string {
  return `${pointerPrefix}${erpId}`;
}

/** The ERP's id in such an id. */
export function erpIdIn(pointer: string): number {
  return Number(pointer.slice(pointerPrefix.length));
}

/** The ERP as the import talks to it. */
export interface Erp {
  readonly client: OdooClient;
  /** The school's, by its IANA name: moments become days by it. */
  readonly timeZone: string;
  readonly fields: ModelFields;
  readonly writer: OdooWriter;
}

/** The ErpMappings table. */
export interface ErpMappingStore {
  getMany(model: ImportedModel, ids: readonly string[]): Promise<Map<string, ErpMapping>>;
  /**
   * The same for records that lie one after another, at a tenth of the cost: by pages, which may be a second old. Rows of
   * others that lie among them can come with them.
   */
  getNear(model: ImportedModel, ids: readonly string[]): Promise<Map<string, ErpMapping>>;
  /** Writes a row if it has the revision that was read (0: not there), with the next one, and answers whether it did. */
  save(row: ErpMapping): Promise<boolean>;
  remove(model: ImportedModel, ids: readonly string[]): Promise<void>;
  /** The rows of a model in this status that have a failure, the one that failed longest ago first. */
  listAttention(model: ImportedModel, status: RowStatus): Promise<ErpMapping[]>;
  /** The records from Moodle that some of the ERP's records are, by the ERP's id. */
  pointers(model: ImportedModel, erpIds: readonly number[]): Promise<Map<number, string>>;
  /** All ids of the ERP's records of a model that came from Moodle. */
  allPointers(model: ImportedModel): Promise<Set<number>>;
  writePointers(model: ImportedModel, pointers: ReadonlyMap<number, string>): Promise<void>;
  removePointers(model: ImportedModel, erpIds: readonly number[]): Promise<void>;
}

/** What the import needs. */
export interface ImportPorts {
  records: RecordReader<ImportedModel>;
  mappings: ErpMappingStore;
  instances: {
    /** Undefined where it is gone, or its settings cannot be read. */
    get(id: string): Promise<Instance | undefined>;
  };
  /** Asked before marks are deleted in the ERP. */
  brake: MarksBrake;
  /** Takes down what was found of the ERP as a whole, and which findings were seen not to be so (any more). */
  findings: { note(found: readonly Finding[], resolved: ReadonlySet<string>): Promise<void> };
  clock: Clock;
  log: Log;
  /** The field of op.student.course that takes the completion; undefined where none does. */
  completionField: string | undefined;
  /** How long a function can run, in seconds: so long is a record claimed. */
  claimSeconds: number;
}
