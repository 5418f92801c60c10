import type { RecordReader } from '#shared/models/records.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import type { OdooWriter } from '#shared/odoo/calls/write.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { MarksBrake } from '#shared/sync/limits/brake.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';
import type { RowStatus } from '#shared/sync/units/attempts.ts';
import type { Finding } from './import-state.ts';
import type { ErpMapping } from './mapping.ts';
import type { ImportedModel } from './models.ts';

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
