import type { FailureGroup, KindCounts } from '#cli/commands/report/count-rows.ts';
import type { OpenedBreaker } from '#cli/commands/report/opened-breaker.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import type { ExportFinding, ExportState, ModelSummary } from '#shared/odoo/export/export-state.ts';
import type { ImportedModel } from '#shared/odoo/import/models.ts';

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

export type ErpReportFinding = ExportFinding & { from: 'export' | 'import' };

export interface ExportReport {
  last_success?: string;
  seconds_since_success: number;
  /** The end of the last comparison of all records, which finds what is gone. */
  last_comparison?: string;
  last_error?: ExportState['last_error'];
  models: ExportedModelReport[];
}

/** `held`, `released_until`, `accepted_until`: what the brake keeps for the operator's word, and what was said of it. */
export type ExportedModelReport = Omit<ModelSummary, 'compared_at'> & { model: string };

export interface ImportReport {
  last_success?: string;
  /** Absent where the ERP is called as needed. */
  breaker?: OpenedBreaker;
  /** How many records from Moodle are in which state; models without any are left out. */
  records: (Omit<KindCounts, 'kind'> & { model: ImportedModel })[];
  failures: FailureGroup[];
}
