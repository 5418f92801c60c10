import type { FailureGroup } from '#cli/commands/report/report.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';
import type { Finding } from '#shared/sync/health/health.ts';
import type { MappingStatus } from '#shared/sync/ledger/mapping.ts';

/**
 * How the ERP's side fares, and the shape of `erp show --json`. Times are ISO 8601 in UTC; watermarks are dates of the
 * ERP's own. Holds no key, no name and no e-mail address.
 */
export interface ErpReport {
  /** Absent while no ERP is connected. */
  connection?: {
    url: string;
    database: string;
    language: string;
    time_zone: string;
    connected_at?: string;
    /** How the functions call it; absent until they have. */
    transport?: TransportName;
  };
  export: ExportReport;
  import: ImportReport;
  /** What a person should know, as the last runs of export and import found it. */
  findings: ErpReportFinding[];
}

export type ErpReportFinding = Finding & {
  severity: 'warning' | 'failed';
  from: 'export' | 'import';
  model?: string;
  /** Ids of some of the records that it is about, and how many there are. */
  ids?: string[];
  count?: number;
};

export interface ExportReport {
  last_success?: string;
  seconds_since_success: number;
  /** The end of the last comparison of all records, which finds what is gone. */
  last_comparison?: string;
  last_error?: { at: string; code: string; message: string };
  models: ExportedModelReport[];
}

export interface ExportedModelReport {
  model: string;
  status: 'missing' | 'refused' | 'reading' | 'complete';
  /** Up to which date of the ERP everything has been read. */
  watermark?: string;
  /** Of a reading that is under way, the highest id that has been read. */
  position?: number;
  /** How many records the ERP had at the last comparison. */
  records?: number;
  /** How many wait for the operator's word to be deleted: the brake is on. */
  held?: number;
  /** Until when the operator has released the brake, or accepted the ERP's records as they are. */
  released_until?: string;
  accepted_until?: string;
}

export interface ImportReport {
  last_success?: string;
  /** Absent where the ERP is called as needed. */
  breaker?: { opened_at: string; code: string };
  /** How many records from Moodle are in which state; models without any are left out. */
  records: { model: ImportedModel; states: Record<MappingStatus, number>; total: number }[];
  failures: FailureGroup[];
}
