import type { ExplainedPerson } from '#cli/commands/explain/explain.ts';
import { planRetry } from '#cli/commands/failures/retry.ts';
import { type ShownInstance, type ShownRecord, showRecord } from '#cli/commands/records/show.ts';
import { changeForm, translated } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { kindOfService } from '#shared/models/services.ts';
import { chainsHtml } from './chain.ts';
import { type Chosen, pathOf } from './chosen.ts';
import { kindText, searchForm } from './search.ts';

/** What is known of why a person is in the courses. */
interface Known {
  explained: ExplainedPerson;
  /** Whether Moodle itself has been asked. */
  isAsked: boolean;
}

/** Everything about a person. */
export async function personShown(
  visit: Visit,
  person: Chosen,
  { explained, isAsked }: Known,
): Promise<Shown> {
  const { context, say } = visit;
  const { data: shown } = await showRecord(
    context,
    { details: true, history: true },
    person.model,
    person.id,
  );
  const names = stuckRows(explained);
  const retry = await planRetry(context, { target: 'moodle', names }, undefined, undefined);
  const path = pathOf(person);
  return {
    title: kindText(visit, person),
    body: html`${factsHtml(visit, shown)}
${isAsked && html`<p class="note">${say('person.asked')}</p>`}
${explained.left_out.map(({ reason, advice }) => html`<p class="bad">${translated(visit, reason)} ${translated(visit, advice)}</p>`)}
${chainsHtml(visit, explained.instances)}
<div class="buttons">
${retry.queued.length > 0 && changeForm(visit, `${path}/retry`, html`<input type="hidden" name="back" value="${path}"><button>${say('person.retry', { count: retry.queued.length })}</button>`)}
<form method="post" action="${path}/ask"><button>${say('person.ask')}</button> <span class="note">${say('person.ask_note')}</span></form>
</div>
${person.model === 'op.student' && html`<p><a href="${path}/marks">${say('person.marks')}</a></p>`}
${rowsHtml(visit, shown.instances)}
${historyHtml(visit, shown.instances)}
${recordHtml(visit, shown)}
<h2>${say('person.another')}</h2>${searchForm(visit)}`,
  };
}

/** What of the chain is not in Moodle as it should be: rows that may be tried again. */
export function stuckRows({ instances }: ExplainedPerson): [instance: string, idnumber: string][] {
  return instances.flatMap(({ instance, steps, courses }) => {
    const all = [...steps, ...courses.flatMap((course) => course.steps)];
    const stuck = all.filter(({ state }) => state === 'stop').flatMap(({ idnumber }) => idnumber ?? []);
    return [...new Set(stuck)].map((idnumber): [string, string] => [instance, idnumber]);
  });
}

/** By what a person at the desk knows whether it is the right one. */
const facts = ['name', 'email', 'gr_no', 'id_number'];

function factsHtml({ say }: Visit, { record }: ShownRecord): Html {
  if (!record) return html`<p>${say('person.deleted')}</p>`;
  const known = facts.flatMap((name) => {
    const value = record[name];
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return html`<dl>${known.map(
    ([name, value]) =>
      html`<dt>${say(`person.field_${name}` as 'person.field_name')}</dt><dd dir="auto">${value}</dd>`,
  )}</dl>`;
}

/** The accounts and enrolments as Moodle took them last. */
function rowsHtml(visit: Visit, instances: readonly ShownInstance[]): Html {
  const { say } = visit;
  const rows = instances.flatMap(({ instance, base_url, rows: own }) =>
    own.map((row) => ({ instance, base_url, ...row })),
  );
  if (rows.length === 0) return html``;
  const columns = ['moodle', 'idnumber', 'status', 'moodle_id', 'pushed', 'next'] as const;
  return html`<h2 id="rows">${say('person.rows')}</h2>
<div class="scroll" tabindex="0" role="group" aria-labelledby="rows"><table aria-labelledby="rows"><thead><tr>${columns.map(
    (column) => html`<th scope="col">${say(`person.row_${column}`)}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ({
      instance,
      base_url,
      idnumber,
      service,
      status,
      moodle_id,
      last_synced_at = '',
      next_attempt_at = '',
    }) => {
      const isAccount =
        moodle_id !== undefined && kindOfService[service as keyof typeof kindOfService] === 'account';
      const account = html`<a href="${base_url}/user/profile.php?id=${moodle_id}" rel="noreferrer">${moodle_id}</a>`;
      return html`<tr><th scope="row">${instance}</th><td class="long">${idnumber}</td>
<td>${status === undefined ? say('person.never_tried') : translated(visit, status.replaceAll('_', ' '))}</td>
<td>${isAccount ? account : moodle_id}</td><td>${minuteOf(last_synced_at)}</td><td>${minuteOf(next_attempt_at)}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

/** What operators have had done to the person's rows. */
function historyHtml({ say }: Visit, instances: readonly ShownInstance[]): Html {
  const actions = instances.flatMap(({ instance, history = [] }) =>
    history.map((action) => ({ instance, ...action })),
  );
  const columns = ['at', 'moodle', 'what', 'who'] as const;
  return html`<h2 id="history">${say('person.history')}</h2>
${actions.length === 0 && html`<p>${say('person.no_history')}</p>`}
${
  actions.length > 0 &&
  html`<div class="scroll" tabindex="0" role="group" aria-labelledby="history"><table aria-labelledby="history"><thead><tr>${columns.map(
    (column) =>
      html`<th scope="col">${say(column === 'moodle' ? 'person.row_moodle' : `person.history_${column}`)}</th>`,
  )}</tr></thead><tbody>${actions
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .map(
      ({ at, instance, what, who }) =>
        html`<tr><th scope="row">${minuteOf(at)}</th><td>${instance}</td><td lang="en">${what}</td><td class="long">${who}</td></tr>`,
    )}</tbody></table></div>`
}`;
}

/** The record as the ERP wrote it. */
function recordHtml(visit: Visit, { model, record, problems }: ShownRecord): Html {
  const { say } = visit;
  if (!record) return html``;
  const { model: _model, ...fields } = record;
  return html`<h2>${say('person.record')}</h2>
${problems.map(({ reason }) => html`<p class="bad">${translated(visit, reason)}</p>`)}
<details><summary>${say('person.record_fields', { model })}</summary>
<dl class="record">${Object.entries(fields)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, value]) => html`<dt class="code">${name}</dt><dd dir="auto">${textOf(value)}</dd>`,
    )}</dl></details>`;
}

function textOf(value: unknown): string {
  if (value === false || value === null) return '–';
  return typeof value === 'string'
    ? value
    : (JSON.stringify(value instanceof Set ? [...value] : value) ?? '');
}
