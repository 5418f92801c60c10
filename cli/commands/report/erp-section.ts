import type { ErpReport, ErpReportFinding, ExportedModelReport } from '#cli/erp/erp-report.ts';
import { placeOf } from '#cli/erp/erp-side.ts';
import { ageOf, minuteOf, numberOf } from '#cli/output/words.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import {
  type Fact,
  factFigures,
  failureFigures,
  failureRows,
  type Section,
  stateFigures,
  stateRows,
} from './section.ts';

/** The ERP's side: it is there for all instances. @param isBrief whether what has arrived was not counted */
export function erpSection(erp: ErpReport, isBrief = false): Section {
  const { models } = erp.export;
  const { failures } = erp.import;
  const facts = factsOf(erp);
  const counts = erp.import.records.map(({ model, ...rest }) => ({ kind: model, ...rest }));
  return {
    id: 'erp',
    title: 'ERP',
    facts,
    findings: erp.findings.map((finding) => ({ ...finding, about: aboutOf(finding) })),
    tables: [
      {
        id: 'exported',
        title: 'Exported from the ERP',
        empty: 'Nothing has been exported from it yet.',
        rows: models.map((model) => ({
          exported: model.model,
          status: statusOf(model),
          "read up to (ERP's time)": model.watermark ?? '',
          'records in the ERP': model.records ?? '',
        })),
      },
      ...(isBrief
        ? []
        : [
            {
              id: 'imported',
              title: 'Imported into the ERP',
              empty: 'Nothing has been imported into it yet.',
              rows: stateRows(counts, 'imported', 'in the ERP'),
            },
          ]),
      {
        id: 'failures',
        title: 'What is not in the ERP as it should be, by reason',
        rows: failureRows(failures),
      },
    ],
    figures: [
      ...factFigures('erp', facts),
      ...models.flatMap(({ model, status, watermark, records, held = 0 }) =>
        Object.entries({ status, watermark, records, held }).map(
          ([name, value]) => ['erp_export', `${model} ${name}`, value] as const,
        ),
      ),
      ...stateFigures('erp_import', counts),
      ...failureFigures('erp_failures', failures),
      ...erp.findings.map(({ severity, code, model, message }) => {
        const name = [severity, code, model].filter((part) => part !== undefined).join(' ');
        return ['erp_finding', name, message] as const;
      }),
    ],
  };
}

function factsOf({ connection, export: exported, import: imported }: ErpReport): Fact[] {
  const { last_success, seconds_since_success, last_comparison, last_error, models } = exported;
  const held = models.filter((model) => model.held !== undefined).map(({ model }) => model);
  const { breaker } = imported;
  const { url, database, language, time_zone, transport } = connection ?? {};
  const called = transport ? transportTitle(transport) : 'not known yet';
  return [
    ['address', connection ? placeOf(connection) : 'not connected', { url, database }],
    ...(connection
      ? ([
          ['language', language ?? ''],
          ['time zone', time_zone ?? ''],
          ['called by', called],
        ] satisfies Fact[])
      : []),
    [
      'last export',
      last_success ? `${minuteOf(last_success)}, ${ageOf(seconds_since_success)} ago` : 'none yet',
      { last_export: last_success, seconds_since_export: seconds_since_success },
    ],
    ['last comparison', last_comparison ? minuteOf(last_comparison) : 'none yet', { last_comparison }],
    [
      'export error',
      last_error ? `${last_error.code} at ${minuteOf(last_error.at)}` : 'none',
      { export_error: last_error?.code },
    ],
    ['brake', held.length > 0 ? `on for ${held.join(', ')}` : 'off'],
    [
      'last import',
      imported.last_success ? minuteOf(imported.last_success) : 'none yet',
      { last_import: imported.last_success },
    ],
    [
      'import breaker',
      breaker
        ? `open since ${minuteOf(breaker.opened_at)} (${breaker.code}): the ERP is not called`
        : 'closed',
      { breaker_opened_at: breaker?.opened_at },
    ],
  ];
}

/** How an ERP is called, for people. */
export function transportTitle(name: TransportName): string {
  return { 'json-2': 'JSON-2', jsonrpc: 'JSON-RPC' }[name];
}

/** How the export of a model stands. */
function statusOf({
  status,
  position = 0,
  held,
  released_until,
  accepted_until,
}: ExportedModelReport): string {
  const parts = [
    status === 'reading' ? `being read for the first time, up to id ${numberOf(position)}` : status,
    ...(held === undefined ? [] : [`${numberOf(held)} deletions held`]),
    ...(released_until ? [`released until ${minuteOf(released_until)}`] : []),
    ...(accepted_until ? [`accepted until ${minuteOf(accepted_until)}`] : []),
  ];
  return parts.join(', ');
}

/** What a finding is about: the model, and some of the records. */
export function aboutOf({ model, ids = [], count }: ErpReportFinding): string {
  const shown = ids.slice(0, 5);
  const others = (count ?? ids.length) - shown.length;
  const named =
    shown.length > 0 ? `${shown.join(', ')}${others > 0 ? ` and ${numberOf(others)} others` : ''}` : '';
  return [model ?? '', named].filter((part) => part !== '').join(': ');
}
