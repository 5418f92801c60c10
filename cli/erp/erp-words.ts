import { ageOf, minuteOf, numberOf } from '#cli/commands/report/words.ts';
import type { TransportName } from '#shared/odoo/client/transport.ts';
import type { ErpReport, ErpReportFinding, ExportedModelReport } from './erp-report.ts';
import { placeOf } from './erp-side.ts';

/** How the ERP's side fares, as names and values: the same in the terminal and on the page. */
export function factsOfErp({
  connection,
  export: exported,
  import: imported,
}: ErpReport): [name: string, value: string][] {
  const { last_success, seconds_since_success, last_comparison, last_error } = exported;
  const held = exported.models.filter((model) => model.held !== undefined);
  return [
    ['address', connection ? placeOf(connection) : 'not connected'],
    ...(connection
      ? ([
          ['language', connection.language],
          ['time zone', connection.time_zone],
          ['called by', connection.transport ? transportTitle(connection.transport) : 'not known yet'],
        ] satisfies [string, string][])
      : []),
    [
      'last export',
      last_success ? `${minuteOf(last_success)}, ${ageOf(seconds_since_success)} ago` : 'none yet',
    ],
    ['last comparison', last_comparison ? minuteOf(last_comparison) : 'none yet'],
    ['export error', last_error ? `${last_error.code} at ${minuteOf(last_error.at)}` : 'none'],
    ['brake', held.length > 0 ? `on for ${held.map(({ model }) => model).join(', ')}` : 'off'],
    ['last import', imported.last_success ? minuteOf(imported.last_success) : 'none yet'],
    [
      'import breaker',
      imported.breaker
        ? `open since ${minuteOf(imported.breaker.opened_at)} (${imported.breaker.code}): the ERP is not called`
        : 'closed',
    ],
  ];
}

/** How an ERP is called, for people. */
export function transportTitle(name: TransportName): string {
  return { 'json-2': 'JSON-2', jsonrpc: 'JSON-RPC' }[name];
}

/** How the export of a model stands. */
export function statusOfModel({ status, position, held, ...words }: ExportedModelReport): string {
  const parts = [
    status === 'reading' ? `being read for the first time, up to id ${numberOf(position ?? 0)}` : status,
    ...(held === undefined ? [] : [`${numberOf(held)} deletions held`]),
    ...(words.released_until ? [`released until ${minuteOf(words.released_until)}`] : []),
    ...(words.accepted_until ? [`accepted until ${minuteOf(words.accepted_until)}`] : []),
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
