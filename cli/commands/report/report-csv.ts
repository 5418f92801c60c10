import { stringify } from 'csv-stringify/sync';
import type { ErpReport } from '#cli/erp/erp-report.ts';
import { figureNames, type InstanceReport, type Report, states } from './report.ts';

type Row = [instance: string, section: string, name: string, value: string | number | boolean];

/**
 * The report as one tidy table: a line for each figure. What is of all instances together has no instance. Figures by
 * hour are in sections of their own, with the hour as their name.
 */
export function reportCsv(report: Report): string {
  const rows: Row[] = [
    ['', 'report', 'stack', report.stack],
    ['', 'report', 'made_at', report.made_at],
    ...report.instances.flatMap(instanceRows),
    ...(report.erp ? erpRows(report.erp) : []),
    ...report.queues.flatMap(({ name, visible, in_flight, delayed }): Row[] => [
      ['', 'queue', `${name} visible`, visible],
      ['', 'queue', `${name} in_flight`, in_flight],
      ['', 'queue', `${name} delayed`, delayed],
    ]),
    ...lastDayRows(report),
    ...report.unreadable.map((message): Row => ['', 'problem', 'unreadable', message]),
    ...report.problems.map((message): Row => ['', 'problem', 'unknown', message]),
  ];
  // Formulas: a spreadsheet would run what begins with =, + or @.
  return stringify(rows, {
    header: true,
    columns: ['instance', 'section', 'name', 'value'],
    escape_formulas: true,
  });
}

function instanceRows(instance: InstanceReport): Row[] {
  const { id, health } = instance;
  const facts: [string, string | number | boolean | undefined][] = [
    ['base_url', instance.base_url],
    ['status', instance.status],
    ['health', health?.status],
    ['checked_at', health?.checked_at],
    ['release', health?.release],
    ['last_successful_sync', instance.last_successful_sync],
    ['seconds_since_success', instance.seconds_since_success],
    ['stale', instance.stale],
    ['compared_at', instance.compared_at],
    ['breaker_opened_at', instance.breaker?.opened_at],
    ['brakes_on', instance.brakes_on.join(' ')],
  ];
  return [
    ...facts.map(
      ([name, value]): Row => [
        id,
        'instance',
        name,
        typeof value === 'boolean' ? String(value) : (value ?? ''),
      ],
    ),
    ...(health?.findings ?? []).map(
      ({ severity, code, message }): Row => [id, 'finding', `${severity} ${code}`, message],
    ),
    ...instance.records.flatMap(({ service, states: counts }) =>
      states.map((state): Row => [id, 'records', `${service} ${state}`, counts[state]]),
    ),
    ...instance.failures.map((group): Row => [id, 'failures', `${group.class} ${group.code}`, group.count]),
    ...instance.drift.map(({ kind, action, count }): Row => [id, 'drift', `${kind} ${action}`, count]),
    ...instance.changed_last_day.map(({ service, count }): Row => [id, 'changed_last_day', service, count]),
  ];
}

/** The ERP is there for all instances: its lines have no instance. */
function erpRows({ connection, export: exported, import: imported, findings }: ErpReport): Row[] {
  const facts: [string, string | number | undefined][] = [
    ['url', connection?.url],
    ['database', connection?.database],
    ['last_export', exported.last_success],
    ['seconds_since_export', exported.seconds_since_success],
    ['last_comparison', exported.last_comparison],
    ['export_error', exported.last_error?.code],
    ['last_import', imported.last_success],
    ['breaker_opened_at', imported.breaker?.opened_at],
  ];
  return [
    ...facts.map(([name, value]): Row => ['', 'erp', name, value ?? '']),
    ...exported.models.flatMap(({ model, status, watermark, records, held }): Row[] => [
      ['', 'erp_export', `${model} status`, status],
      ['', 'erp_export', `${model} watermark`, watermark ?? ''],
      ['', 'erp_export', `${model} records`, records ?? ''],
      ['', 'erp_export', `${model} held`, held ?? 0],
    ]),
    ...imported.records.flatMap(({ model, states: counts }) =>
      states.map((state): Row => ['', 'erp_import', `${model} ${state}`, counts[state]]),
    ),
    ...imported.failures.map(
      (group): Row => ['', 'erp_failures', `${group.class} ${group.code}`, group.count],
    ),
    ...findings.map(({ severity, code, model, message }): Row => {
      const name = [severity, code, model].filter((part) => part !== undefined).join(' ');
      return ['', 'erp_finding', name, message];
    }),
  ];
}

function lastDayRows({ last_day }: Report): Row[] {
  if (!last_day) return [];
  return figureNames.flatMap((name): Row[] => [
    ['', 'last_day', name, last_day.total[name]],
    ...last_day.hours.map((figures): Row => ['', `last_day ${name}`, figures.hour, figures[name]]),
  ]);
}
