import type { PushedModel } from '#shared/models/models.ts';
import type { RecordItem } from '#shared/models/records.ts';
import type { WantedFields } from '#shared/odoo/calls/erp-models.ts';
import type { ModelFields } from '#shared/odoo/calls/model-fields.ts';
import type { OdooClient } from '#shared/odoo/client/client.ts';
import type { StateStore } from '#shared/sync/limits/shared-state.ts';
import type { Clock, Log } from '#shared/sync/ports.ts';

/** The records table, as the export reads and writes it. */
export interface ExportRecords {
  /** The records of these ids, as they are now; those that do not exist are left out. */
  getMany(model: PushedModel, ids: readonly string[]): Promise<Map<string, RecordItem>>;
  /** All records of a model page by page, which may be a second old. */
  pages(model: PushedModel): AsyncIterable<RecordItem[]>;
  /**
   * Writes a record whole.
   *
   * @param before the item as it was read, undefined where there was none
   * @returns false where somebody else has written or deleted it since
   */
  put(item: RecordItem, before: RecordItem | undefined): Promise<boolean>;
  /** Deletes a record, unless somebody has written it since it was read. */
  remove(before: RecordItem): Promise<boolean>;
  /** Why the table cannot hold a record; undefined where it can. */
  unstorable(item: RecordItem): string | undefined;
}

/** What an import has made in the ERP out of Moodle's attendance. */
export interface ImportedRecords {
  /** Of these ids of the ERP's, those that were imported, with the id of the pulled record that each is. */
  pulledIds(model: PushedModel, ids: readonly number[]): Promise<Map<number, string>>;
  /** The values that the import wrote last, by the id of the pulled record; those without any are left out. */
  written(model: PushedModel, ids: readonly string[]): Promise<Map<string, Record<string, unknown>>>;
  /** All ids of the ERP's that were imported. */
  all(model: PushedModel): Promise<Set<number>>;
}

/** What has been done, for the metrics and the log. */
export interface Counts {
  read: number;
  written: number;
  deleted: number;
}

/** What an export works with. */
export interface ExportPorts {
  client: OdooClient;
  fields: ModelFields;
  /** Where the ERP is and in which language it is read, as one text: no key. */
  source: string;
  records: ExportRecords;
  imported: ImportedRecords;
  states: StateStore;
  /** The models that are exported, parents before children. */
  models: readonly PushedModel[];
  /** What is copied only because a Moodle gets it. */
  wanted: WantedFields;
  clock: Clock;
  log: Log;
  /** Whether there is time for another page. */
  hasTime: () => boolean;
  /** Records of one page. */
  pageSize: number;
  counts: Counts;
}
