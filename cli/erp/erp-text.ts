import { states, stateTitle } from '#cli/commands/report/report.ts';
import { failureRows, numberOf } from '#cli/commands/report/words.ts';
import { table } from '#cli/output/table.ts';
import { wrapped } from '#cli/output/wrapped.ts';
import type { ErpReport, ExportReport, ImportReport } from './erp-report.ts';
import { aboutOf, factsOfErp, statusOfModel } from './erp-words.ts';

const number = (title: string) => ({ title, isNumber: true as const });

/** How the ERP's side fares, for a terminal. */
export function erpText(report: ErpReport): string {
  const facts = factsOfErp(report);
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    'ERP',
    ...facts.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    report.export.models.length > 0 ? exportTable(report.export) : '  Nothing has been exported from it yet.',
    report.import.records.length > 0
      ? importTable(report.import)
      : '  Nothing has been imported into it yet.',
    ...(report.import.failures.length > 0 ? [failuresTable(report.import)] : []),
    ...(report.findings.length > 0 ? [findingsTable(report)] : []),
  ].join('\n');
}

function exportTable({ models }: ExportReport): string {
  return table(
    ['exported', 'status', "read up to (ERP's time)", number('records in the ERP')],
    models.map((model) => [
      model.model,
      wrapped(statusOfModel(model)),
      model.watermark ?? '',
      model.records === undefined ? '' : numberOf(model.records),
    ]),
  );
}

function importTable({ records }: ImportReport): string {
  const shown = states.filter((state) => state === 'synced' || records.some((row) => row.states[state] > 0));
  return table(
    [
      'imported',
      ...['all', ...shown.map((state) => (state === 'synced' ? 'in the ERP' : stateTitle(state)))].map(
        number,
      ),
    ],
    records.map(({ model, states: counts, total }) => [
      model,
      numberOf(total),
      ...shown.map((state) => numberOf(counts[state])),
    ]),
  );
}

function failuresTable({ failures }: ImportReport): string {
  return table(['not imported', 'code', number('count'), 'what to do', 'such as'], failureRows(failures));
}

function findingsTable({ findings }: ErpReport): string {
  return table(
    ['', 'of the', 'found', 'about', 'what to do'],
    findings.map((finding) => [
      finding.severity,
      finding.from,
      wrapped(finding.message, 44),
      wrapped(aboutOf(finding), 24),
      wrapped(finding.advice, 44),
    ]),
  );
}
