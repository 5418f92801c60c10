import { type Html, html } from '#shared/http/html.ts';
import { driftWords } from '#shared/moodle/drift/words.ts';
import {
  type DriftGroup,
  type FailureGroup,
  type InstanceReport,
  type ServiceCounts,
  states,
  stateTitle,
} from '../report.ts';
import { driftActions, factsOf, numberOf } from '../words.ts';
import { barChart } from './bar-chart.ts';
import { figure } from './chart.ts';
import { dataTable, scrolledTable } from './data-table.ts';

/** What the page says of one instance. */
export function instanceSection(instance: InstanceReport): Html {
  const facts = factsOf(instance).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`);
  return html`<section id="instance-${instance.id}" aria-labelledby="heading-${instance.id}">
<h2 id="heading-${instance.id}">${instance.id}</h2>
<dl>${facts}</dl>
${findings(instance)}
${
  instance.records.length > 0
    ? recordsFigure(instance)
    : html`<p class="note">There is nothing of it in MoodleMappings yet.</p>`
}
${instance.failures.length > 0 && failuresFigure(instance)}
${instance.drift.length > 0 && driftSection(instance)}
</section>`;
}

const findingClasses = { failed: 'bad', warning: 'warn', note: 'note' };

function findings({ health }: InstanceReport): Html | false {
  const all = health?.findings ?? [];
  if (all.length === 0) return false;
  const items = all.map(
    ({ severity, message, advice }) =>
      html`<li><span class="${findingClasses[severity]}">${severity}:</span> ${message} ${advice}</li>`,
  );
  return html`<h3>Findings of the last check</h3><ul>${items}</ul>`;
}

function recordsFigure({ id, records, changed_last_day }: InstanceReport): Html {
  const series = states.map((state) => ({ key: state, title: stateTitle(state) }));
  const shown = series.filter(({ key }) => records.some((row) => row.states[key] > 0));
  const title = 'Records by state';
  const description =
    'Each bar is all entities of a kind, by the state they are in. An entity is what MoodleMappings has a row for: all ' +
    'enrolments of a student are one.';
  const chartId = `records-${id}`;
  const changed = new Map(changed_last_day.map(({ service, count }) => [service, count]));
  return figure({
    id: chartId,
    title,
    description,
    series: shown,
    chart: barChart({
      id: `${chartId}-chart`,
      title: `${title}, ${id}`,
      description: summaryOf(records),
      series: shown,
      axis: 'share',
      bars: records.map(({ service, states: counts, total }) => ({
        label: service,
        values: shown.map(({ key }) => counts[key]),
        note: `${numberOf(counts.synced)} of ${numberOf(total)}`,
      })),
    }),
    table: dataTable<ServiceCounts>({
      caption: `${title}, ${id}`,
      columns: [
        { title: 'records', cell: ({ service }) => service },
        { title: 'all', cell: ({ total }) => total },
        ...states.map((state) => ({
          title: stateTitle(state),
          cell: ({ states: counts }: ServiceCounts) => counts[state],
        })),
        { title: 'changed in 24 h', cell: ({ service }) => changed.get(service) ?? 0 },
      ],
      rows: records,
    }),
  });
}

function summaryOf(records: readonly ServiceCounts[]): string {
  return `${records
    .map(
      ({ service, states: { synced }, total }) =>
        `${service}: ${numberOf(synced)} of ${numberOf(total)} synced`,
    )
    .join('; ')}.`;
}

/** Bars beyond this would fill pages; the table has them all. */
const mostBars = 12;

function failuresFigure({ id, failures }: InstanceReport): Html {
  const title = 'What is not in Moodle as it should be, by reason';
  const chartId = `failures-${id}`;
  const bars = failures.slice(0, mostBars);
  const left = failures.length - bars.length;
  const description = `Entities by the reason that they failed with last${left > 0 ? `; ${left} rarer reasons are in the table only` : ''}.`;
  return figure({
    id: chartId,
    title,
    description,
    series: [{ key: 'failed', title: 'entities' }],
    chart: barChart({
      id: `${chartId}-chart`,
      title: `${title}, ${id}`,
      description,
      series: [{ key: 'failed', title: 'entities' }],
      axis: 'count',
      labelWidth: 240,
      bars: bars.map((group) => ({
        label: nameOf(group),
        values: [group.count],
        note: numberOf(group.count),
      })),
    }),
    table: dataTable<FailureGroup>({
      caption: `${title}, ${id}`,
      columns: [
        { title: 'reason', cell: (group) => html`<span class="long">${nameOf(group)}</span>` },
        { title: 'count', cell: ({ count }) => count },
        { title: 'what to do', cell: ({ advice }) => advice },
        {
          title: 'such as',
          cell: ({ idnumbers }) => html`<span class="long code">${idnumbers.join(', ')}</span>`,
        },
      ],
      rows: failures,
    }),
  });
}

function driftSection({ id, drift }: InstanceReport): Html {
  const title = 'What Moodle holds otherwise';
  const columns = [
    { title: 'what', cell: ({ kind }: DriftGroup) => driftWords[kind] },
    { title: 'count', cell: ({ count }: DriftGroup) => count },
    { title: 'which', cell: ({ action }: DriftGroup) => driftActions[action] },
    {
      title: 'such as',
      cell: ({ idnumbers }: DriftGroup) => html`<span class="long code">${idnumbers.join(', ')}</span>`,
    },
  ];
  return html`<h3>${title}</h3>${scrolledTable(`${title}, ${id}`, columns, drift)}`;
}

function nameOf({ class: failureClass, code }: FailureGroup): string {
  return `${failureClass}: ${code}`;
}
