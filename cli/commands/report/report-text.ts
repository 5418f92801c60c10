import { erpText } from '#cli/erp/erp-text.ts';
import { type Column, table } from '#cli/output/table.ts';
import {
  figureNames,
  figureTitles,
  type InstanceReport,
  type LastDay,
  type Report,
  states,
  stateTitle,
} from './report.ts';
import { driftRows, factsOf, failureRows, minuteOf, numberOf } from './words.ts';

/** How wide a bar is, in characters. */
const barWidth = 20;

/** The report for a terminal. */
export function reportText(report: Report): string {
  const parts = [
    `Report of ${report.stack}, ${minuteOf(report.made_at)} UTC`,
    ...report.instances.map(instanceText),
    ...(report.erp ? [erpText(report.erp)] : []),
    ...(report.instances.length === 0
      ? ['No Moodle is registered. `oec-moodle instance add` registers one.']
      : []),
    `Queues, of all instances\n${queuesTable(report)}`,
    ...(report.last_day ? [lastDayText(report.last_day)] : []),
    ...report.unreadable,
    ...report.problems,
  ];
  return parts.join('\n\n');
}

function instanceText(instance: InstanceReport): string {
  const width = Math.max(...factsOf(instance).map(([name]) => name.length));
  const facts = factsOf(instance).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const findings = (instance.health?.findings ?? []).map(
    ({ severity, message, advice }) => `  ${severity}: ${message} ${advice}`,
  );
  return [
    `${instance.id}`,
    ...facts,
    ...findings,
    instance.records.length > 0 ? recordsTable(instance) : '  There is nothing of it in MoodleMappings yet.',
    ...(instance.failures.length > 0 ? [failuresTable(instance)] : []),
    ...(instance.drift.length > 0 ? [driftTable(instance)] : []),
  ].join('\n');
}

function recordsTable({ records, changed_last_day }: InstanceReport): string {
  // A state in which nothing is would only make the table wide.
  const shown = states.filter((state) => state === 'synced' || records.some((row) => row.states[state] > 0));
  const changed = new Map(changed_last_day.map(({ service, count }) => [service, count]));
  return table(
    ['records', 'in Moodle', 'all', ...shown.map(stateTitle), 'changed in 24 h'].map(numberColumn),
    records.map(({ service, states: counts, total }) => [
      service,
      bar(counts.synced, total),
      numberOf(total),
      ...shown.map((state) => numberOf(counts[state])),
      numberOf(changed.get(service) ?? 0),
    ]),
  );
}

function failuresTable({ failures }: InstanceReport): string {
  return table(
    ['class', 'code', { title: 'count', isNumber: true }, 'what to do', 'such as'],
    failureRows(failures),
  );
}

function driftTable({ drift }: InstanceReport): string {
  return table(
    ['Moodle holds otherwise', { title: 'count', isNumber: true }, 'which', 'such as'],
    driftRows(drift),
  );
}

function queuesTable({ queues }: Report): string {
  return table(
    ['queue', 'waiting', 'in work', 'delayed', 'needs a person'].map((title, index) =>
      index === 0 || index === 4 ? title : { title, isNumber: true },
    ),
    queues.map(({ name, visible, in_flight, delayed, is_dead_letter }) => [
      name,
      numberOf(visible),
      numberOf(in_flight),
      numberOf(delayed),
      is_dead_letter && visible + in_flight > 0 ? 'yes' : '',
    ]),
  );
}

function lastDayText({ from, total }: LastDay): string {
  const rows = figureNames.map((name) => [figureTitles[name], numberOf(total[name])]);
  const counts = table(['counted', { title: 'number', isNumber: true }], rows);
  return `Since ${minuteOf(from)} UTC, of all instances\n${counts}`;
}

function numberColumn(title: string, index: number): Column {
  return index <= 1 ? title : { title, isNumber: true };
}

/** `████████████░░░░░░░░  61 %`. Full only where nothing is missing. */
function bar(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole;
  const length = part === whole ? barWidth : Math.min(barWidth - 1, Math.round(share * barWidth));
  const percent = part === whole ? 100 : Math.min(99, Math.floor(share * 100));
  return `${'█'.repeat(length)}${'░'.repeat(barWidth - length)} ${String(percent).padStart(3)} %`;
}
