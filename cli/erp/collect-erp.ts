import { RowCounter } from '#cli/commands/report/count-rows.ts';
import { openedBreaker } from '#cli/commands/report/opened-breaker.ts';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { pushedModels } from '#shared/models/models.ts';
import { type ExportState, readExportState, secondsSinceExport } from '#shared/odoo/export/export-state.ts';
import { listTroubled } from '#shared/odoo/import/attention.ts';
import type { ImportState } from '#shared/odoo/import/import-state.ts';
import { importStateIn } from '#shared/odoo/import/import-state.ts';
import { importedModels } from '#shared/odoo/import/models.ts';
import { erpMappingsStore } from '#shared/store/erp/erp-mappings-store.ts';
import { beginOfLastDay } from '#shared/store/tables/hourly-metrics.ts';
import type { ErpReport, ErpReportFinding, ExportReport, ImportReport } from './erp-report.ts';
import { readKnownErp, storedConnection } from './erp-side.ts';

/**
 * Reads all that is known of the ERP's side; nothing is changed, and the ERP is not called.
 *
 * @param onRow told of every record from Moodle that was counted
 * @param isBrief whether only those are read that are not in the ERP as they should be
 * @throws OperatorError where the secret of the connection is damaged
 */
export async function collectErp(
  deployment: Deployment,
  erp: ErpDeployment,
  onRow: () => void,
  isBrief = false,
): Promise<ErpReport> {
  const connection = await storedConnection(erp);
  const { connected_at } = await readKnownErp(erp);
  const exportState = await readExportState(erp.states);
  const importState = await importStateIn(erp.states).read();
  return {
    connection: connection && {
      url: connection.url,
      database: connection.database,
      language: connection.language,
      time_zone: connection.time_zone,
      connected_at,
      transport: exportState.transport,
    },
    export: exportReport(exportState, deployment.now()),
    import: await importReport(deployment, importState, onRow, isBrief),
    findings: findingsOf(exportState, importState),
  };
}

/** How far the export is. @param now milliseconds since 1970 */
export function exportReport(state: ExportState, now: number): ExportReport {
  const { last_success, last_comparison, last_error, models } = state;
  const ifAhead = (time: string | undefined) => (Date.parse(time ?? '') > now ? time : undefined);
  return {
    last_success,
    seconds_since_success: secondsSinceExport(state, now),
    last_comparison,
    // What went wrong before the last success is history.
    last_error: last_error && last_error.at > (last_success ?? '') ? last_error : undefined,
    models: pushedModels.flatMap((model) => {
      const summary = models[model];
      if (!summary) return [];
      const { released_until, accepted_until, compared_at: _compared, ...rest } = summary;
      const words = { released_until: ifAhead(released_until), accepted_until: ifAhead(accepted_until) };
      return { model, ...rest, ...words };
    }),
  };
}

async function importReport(
  { open, now }: Deployment,
  { last_success, breaker }: ImportState,
  onRow: () => void,
  isBrief: boolean,
): Promise<ImportReport> {
  const counter = new RowCounter(importedModels, beginOfLastDay(now()));
  const mappings = open(erpMappingsStore);
  for (const model of importedModels) {
    const rows = isBrief ? await listTroubled(mappings, { model }) : mappings.each(model);
    for await (const row of rows) {
      const isInWork = row.status === 'waiting' && row.failure === undefined;
      counter.add({ ...row, kind: model, name: `${model} ${row.id}`, isInWork });
      onRow();
    }
  }
  return {
    last_success,
    breaker: openedBreaker(breaker),
    records: counter.counts().map(({ kind: model, ...counts }) => ({ model, ...counts })),
    failures: counter.failures(),
  };
}

function findingsOf(exportState: ExportState, importState: ImportState): ErpReportFinding[] {
  return [
    ...exportState.findings.map((finding) => ({ from: 'export' as const, ...finding })),
    ...Object.values(importState.findings).map(({ code, model, reason, advice }) => ({
      from: 'import' as const,
      code,
      severity: 'warning' as const,
      message: reason,
      advice,
      model,
    })),
  ];
}
