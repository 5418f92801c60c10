import type { CommandResult } from '#cli/command.ts';
import { type Trial, tryInstance } from '#cli/commands/instance/try.ts';
import { jobShown } from '#cli/console/job-view.ts';
import { changesTable, valueHtml } from '#cli/console/pages/plan/record.ts';
import { dataTable, hiddenFields, selectField, translated } from '#cli/console/parts.ts';
import { field, fieldsOf, type Shown, type Visit } from '#cli/console/visit.ts';
import { usageError } from '#cli/operator-error.ts';
import { type Html, html } from '#shared/http/html.ts';
import { isPushedModel, pushedModels } from '#shared/models/models.ts';
import { servicesOver } from '#shared/models/services.ts';

/** Asks for the record that is to be tried under changed settings. */
export function tryForm({ say }: Visit, id: string, assignments: string[]): Html {
  const models = pushedModels.filter((model) => servicesOver(model).length > 0);
  const options = models.map((model) => [model, model] as const);
  return html`<form method="post" action="/settings/${id}/try">${hiddenFields({ set: assignments })}
<p>${say('settings.try_lead')}</p>${selectField(say('settings.model'), 'model', options, 'op.student')}
<label>${say('settings.record')} <input name="record" inputmode="numeric" required></label>
<button>${say('settings.try')}</button></form>`;
}

/** Begins `oec-moodle instance try`. */
export async function beginTrial({ form, params, context, begin }: Visit): Promise<string> {
  const [id, model, record] = [params.id!, field(form, 'model'), field(form, 'record').trim()];
  if (!isPushedModel(model)) throw usageError(`There is no model ${model}.`, 'Choose another one.');
  const job = begin(() => tryInstance(context, {}, id, model, record, fieldsOf(form, 'set')));
  const set = new URLSearchParams(fieldsOf(form, 'set').map((text): [string, string] => ['set', text]));
  return `/settings/${id}/tried/${job}?${set}`;
}

/** What the record is in Moodle, and would be after a push: under the settings as they are, and as changed. */
export async function tried(visit: Visit): Promise<Shown> {
  const { say, params, query } = visit;
  const set = new URLSearchParams(fieldsOf(query, 'set').map((text): [string, string] => ['set', text]));
  const back = html`<p><a href="/settings/${params.id!}?${set.toString()}">${say('settings.to_changes')}</a></p>`;
  const title = say('settings.tried');
  const job = visit.job(params.job!);
  if (job?.state !== 'done') return jobShown(visit, job, title, back);
  const trial = (job.result as CommandResult<Trial>).data;
  const columns = [
    ...[{ title: say('plan.record') }, { title: say('plan.field') }, { title: say('plan.now') }],
    ...[{ title: say('settings.as_is') }, { title: say('settings.as_changed') }],
  ];
  const rows = trial.fields.map((each) => [
    html`<span class="long">${each.idnumber}</span>`,
    html`<span class="code">${each.field}</span>`,
    ...[each.now, each.current, each.changed].map((value) => valueHtml(say, value)),
  ]);
  return {
    title: `${trial.instance}: ${trial.model} ${trial.id}`,
    body: html`<ul>${trial.settings.map(({ name, before, after }) => html`<li><span class="code">${name}</span>: ${before} → ${after}</li>`)}</ul>
${rows.length > 0 && dataTable(say('settings.tried'), columns, rows)}
${side(visit, say('settings.as_is'), trial.current)}${side(visit, say('settings.as_changed'), trial.changed)}${back}`,
  };
}

function side(visit: Visit, title: string, { changes, failures }: Trial['current']): Html {
  return html`<h2>${title}</h2>
${changes.length > 0 ? changesTable(visit, title, changes) : html`<p>${visit.say('plan.nothing_differs')}</p>`}
${failures.map(({ reason, advice }) => html`<p class="bad">${translated(visit, reason)}</p><p>${translated(visit, advice)}</p>`)}`;
}
