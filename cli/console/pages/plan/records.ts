import type { PlannedInstance } from '#cli/commands/plan/plan.ts';
import { dataTable, offsetOf, pager, pageSize, selectField, translated } from '#cli/console/parts.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { serviceNames } from '#shared/models/services.ts';
import { type PlannedOutcome, plannedOutcomes } from '#shared/operate/plan/instance-plan.ts';
import type { ChangeKind } from '#shared/operate/plan/planned-changes.ts';
import { type Entry, entriesOf, instanceOf, whenFound } from './found.ts';

/** The records of a plan by what would become of them. Names and addresses are shown for one that is asked for only. */
export function plannedRecords(visit: Visit): Promise<Shown> {
  const { say, query, params } = visit;
  return whenFound(visit, (plan) => {
    const planned = instanceOf(plan, visit);
    const entries = [...entriesOf(planned).values()].filter(isChosen(query));
    const shown = entries.slice(offsetOf(visit), offsetOf(visit) + pageSize);
    const columns = [
      ...[{ title: say('plan.record') }, { title: say('plan.what') }, { title: say('plan.outcome') }],
      ...[{ title: say('plan.changes') }, { title: say('plan.fields') }],
    ];
    const rows = shown.map((entry) => rowOf(visit, entry));
    return {
      title: say('plan.records_title', { instance: planned.instance }),
      body: html`${filterForm(visit, planned)}
${entries.length === 0 && html`<p>${say('plan.no_records')}</p>`}
${shown.length > 0 && dataTable(say('plan.records', { count: entries.length }), columns, rows)}${pager(visit, entries.length)}
<p><a href="/plan/found/${params.job!}">${say('plan.back')}</a></p>`,
    };
  });
}

function isChosen(query: Visit['query']): (entry: Entry) => boolean {
  const [service, outcome, kind] = ['service', 'outcome', 'kind'].map((name) => field(query, name));
  return (entry) =>
    (service === '' || entry.service === service) &&
    (outcome === '' || entry.outcomes.includes(outcome!)) &&
    (kind === '' || entry.changes.some((change) => change.kind === kind));
}

function filterForm({ say, query, path }: Visit, { services }: PlannedInstance): Html {
  const own = serviceNames.filter((name) => services.some(({ service }) => service === name));
  const kinds = [...new Set(services.flatMap(({ changes }) => Object.keys(changes) as ChangeKind[]))];
  const outcomes = plannedOutcomes.filter((name) => services.some((plan) => plan[name] > 0));
  const choice = (name: string, label: string, options: (readonly [string, string])[]) =>
    selectField(label, name, options, field(query, name), say('plan.any'));
  const ofServices = own.map((name) => [name, say(`service.${name}`)] as const);
  const ofOutcomes = outcomes.map((name) => [name, say(`plan.outcome.${name}`)] as const);
  const ofKinds = kinds.map((name) => [name, say(`plan.kind.${name}`)] as const);
  return html`<form method="get" action="${path}">
${choice('service', say('plan.what'), ofServices)} ${choice('outcome', say('plan.outcome'), ofOutcomes)}
${choice('kind', say('plan.kind_of_change'), ofKinds)} <button>${say('plan.filter')}</button></form>`;
}

function rowOf(visit: Visit, { service, idnumber, outcomes, changes, failure }: Entry) {
  const { say, path } = visit;
  const kinds = Map.groupBy(changes, ({ kind }) => kind);
  const said = [...kinds].map(([kind, all]) => {
    const text = say(`plan.kind.${kind}`);
    return html`<li>${all.length > 1 ? `${text} × ${all.length}` : text}</li>`;
  });
  const fields = new Set(changes.flatMap((change) => change.fields.map((each) => each.field)));
  const to = `${path}/record?${new URLSearchParams({ service, idnumber })}`;
  return [
    html`<a href="${to}" class="long">${idnumber}</a>`,
    say(`service.${service}`),
    html`${outcomes.map((name) => say(`plan.outcome.${name as PlannedOutcome}`)).join(', ')}
${failure && html`<br>${translated(visit, failure.reason)} ${!failure.is_new && html`(${say('plan.stands')})`}`}`,
    said.length > 0 && html`<ul class="plain">${said}</ul>`,
    html`<span class="code long">${[...fields].join(', ')}</span>`,
  ];
}
