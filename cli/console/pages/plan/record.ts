import { dataTable, translated } from '#cli/console/parts.ts';
import type { Say } from '#cli/console/texts/catalogue.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { PlannedFailure, PlannedOutcome } from '#shared/operate/plan/instance-plan.ts';
import type { FieldValue, PlannedChange } from '#shared/operate/plan/planned-changes.ts';
import { entriesOf, instanceOf, whenFound } from './found.ts';
import { recordsAddress } from './summary.ts';

/** What a push would do with one record, field by field: as Moodle holds it and as it would be. */
export function plannedRecord(visit: Visit): Promise<Shown> {
  const { say, query } = visit;
  const [service, idnumber] = [field(query, 'service'), field(query, 'idnumber')];
  return whenFound(visit, (plan) => {
    const planned = instanceOf(plan, visit);
    const entry = entriesOf(planned).get(`${service} ${idnumber}`);
    const back = html`<p><a href="${recordsAddress(visit, planned.instance)}">${say('plan.back_records')}</a></p>`;
    if (!entry) return { body: html`<p>${say('plan.no_records')}</p>${back}` };
    const outcomes = entry.outcomes.map((name) => say(`plan.outcome.${name as PlannedOutcome}`));
    return {
      title: idnumber,
      body: html`<p>${planned.instance}: ${say(`service.${entry.service}`)}${outcomes.length > 0 && ` – ${outcomes.join(', ')}`}</p>
${entry.failure && failureHtml(visit, entry.failure)}
${entry.changes.length === 0 && !entry.failure && html`<p>${say('plan.nothing_differs')}</p>`}
${entry.changes.length > 0 && changesTable(visit, idnumber, entry.changes)}${back}`,
    };
  });
}

function failureHtml(visit: Visit, { reason, advice, code, is_new }: PlannedFailure): Html {
  const { say } = visit;
  return html`<p class="bad"><span class="code">${code}</span>${!is_new && ` (${say('plan.stands')})`}: ${translated(visit, reason)}</p>
<p>${translated(visit, advice)}</p>`;
}

/** A row for each field of each change. */
export function changesTable({ say }: Visit, caption: string, changes: readonly PlannedChange[]): Html {
  const columns = [
    ...[{ title: say('plan.field') }, { title: say('plan.kind_of_change') }],
    ...[{ title: say('plan.now') }, { title: say('plan.then') }],
  ];
  const rows = changes.flatMap(({ kind, fields }) =>
    fields.map((change) => [
      html`<span class="code long">${change.field}</span>`,
      say(`plan.kind.${kind}`),
      valueHtml(say, change.now),
      valueHtml(say, change.planned),
    ]),
  );
  return dataTable(caption, columns, rows);
}

/** Undefined is what Moodle does not tell. */
export function valueHtml(say: Say, value: FieldValue | null | undefined): Html {
  if (value === undefined) return html`<span class="soft">${say('plan.not_told')}</span>`;
  if (value === null || value === '') return html`—`;
  if (typeof value === 'boolean') return html`${value ? say('plan.yes') : say('plan.no')}`;
  return html`<bdi class="long">${value}</bdi>`;
}
