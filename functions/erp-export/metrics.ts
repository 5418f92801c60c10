import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type ExportState, secondsSinceExport } from '#shared/odoo/export/export-state.ts';
import type { Counts } from '#shared/odoo/export/ports.ts';

/** Counts what a run has done; also zeros, so that the graphs have no holes. */
export function countExport(metrics: Metrics, { read, written, deleted }: Counts): void {
  metrics.addMetric('ErpRowsRead', MetricUnit.Count, read);
  metrics.addMetric('RecordsExported', MetricUnit.Count, written);
  metrics.addMetric('RecordsDeleted', MetricUnit.Count, deleted);
}

/**
 * Publishes how the export fares, as gauges.
 *
 * @param state undefined while no ERP is connected: nobody waits for anything then
 * @param now milliseconds since 1970
 */
export function publishExport(metrics: Metrics, state: ExportState | undefined, now: number): void {
  const findings = state?.findings ?? [];
  const held = findings.filter(({ code }) => code === 'deletions-held');
  const failed = findings.filter(({ severity }) => severity === 'failed');
  const heldRecords = held.reduce((sum, { count = 0 }) => sum + count, 0);
  metrics.addMetric('SecondsSinceErpExport', MetricUnit.Seconds, state ? secondsSinceExport(state, now) : 0);
  metrics.addMetric('DeletionsHeld', MetricUnit.Count, heldRecords);
  metrics.addMetric('ErpExportFindings', MetricUnit.Count, failed.length - held.length);
}
