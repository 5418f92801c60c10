import type { Name } from '#cli/commands/failures/failure-target.ts';
import type { FailureData } from '#cli/commands/failures/failure-text.ts';
import { findFailure } from '#cli/commands/failures/show.ts';
import { address, changeForm, english, hiddenFields, personAddress } from '#cli/console/parts.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { OperatorAction } from '#shared/store/tables/operator-log.ts';
import { addressOf, filterOf, nameIn } from './choice.ts';
import { adviceHtml, causeHtml, statusHtml, statusWord } from './filter-view.ts';

type Filter = ReturnType<typeof filterOf>;

/** Everything of one failure, what others have to do with it, and what was done to it. */
export async function failureView(visit: Visit): Promise<Shown> {
  const { say, context, query } = visit;
  const { target } = filterOf(query);
  const name = [field(query, 'first'), field(query, 'second')] as const;
  const { failure, actions } = await findFailure(context, { target }, ...name);
  const person = target === 'moodle' ? personAddress(name[1]) : undefined;
  return {
    title: name[1],
    body: html`<p><a href="${address('/failures', { target })}">${say('failures.back')}</a></p>
<p>${statusHtml(visit, failure.status)}${failure.code !== null && html` · ${causeHtml(failure)}`}</p>
${failure.reason !== null && html`<p>${english(failure.reason)}</p>`}
${failure.advice !== null && html`<p><strong>${say('failures.advice')}:</strong> ${adviceHtml(visit, failure.advice)}</p>`}
<p><strong>${say('failures.next')}:</strong> ${nextText(visit, failure)}</p>
${failure.status !== 'synced' && doingForm(visit, target, name, failure)}
${person !== undefined && html`<p><a href="${person}">${say('failures.person')}</a></p>`}
<dl>${factsOf(visit, failure).map(([title, value]) => html`<dt>${title}</dt><dd dir="auto">${value}</dd>`)}</dl>
${
  failure.related.length > 0 &&
  html`<h2>${say('failures.related')}</h2>
<ul>${failure.related.map((each) => relatedHtml(visit, target, each))}</ul>`
}
<h2>${say('failures.history')}</h2>
${historyHtml(visit, actions)}`,
  };
}

/** Of Moodle only what was given up has a message to delete. */
function doingForm(
  visit: Visit,
  target: Filter['target'],
  name: Name,
  { status }: FailureData,
): Html | false {
  const { say } = visit;
  const mayDiscard = target === 'erp' || status === 'permanently_failed';
  return changeForm(
    visit,
    '/failures/retry',
    html`${hiddenFields({ target, back: addressOf(target, name), row: name.join(' '), scope: 'ticked' })}
<p class="buttons"><button>${say('failures.retry_one')}</button>
${
  mayDiscard &&
  html`<button formaction="/failures/discard">${say(`failures.discard_one.${target}`)}</button>
<span class="note">${say(`failures.discard_note.${target}`)}</span>`
}</p>`,
  );
}

/** What happens to it by itself. */
function nextText({ say }: Visit, { status, next_attempt_at: next }: FailureData): string {
  if (status === 'failed' && next !== null) return say('failures.next.failed_at', { time: minuteOf(next) });
  return say(`failures.next.${status}`);
}

function factsOf({ say }: Visit, failure: FailureData): [string, string][] {
  const { instance, model, record_id, id, idnumber, field: own, attempts, moodle_id, erp_id } = failure;
  const time = (text: string | null) => minuteOf(text ?? '');
  const facts: [string, unknown][] = [
    [say('failures.instance'), instance],
    [say('failures.model'), model],
    [say('failures.record'), record_id ?? id],
    [say('failures.idnumber'), idnumber],
    [say('failures.field'), own],
    [say('failures.attempts'), attempts],
    [say('failures.first_failed'), time(failure.first_failed_at)],
    [say('failures.last_failed'), time(failure.last_failed_at)],
    [say('failures.last_synced'), time(failure.last_synced_at)],
    [say('failures.id_in_moodle'), moodle_id],
    [say('failures.id_in_erp'), erp_id],
  ];
  return facts.flatMap(([title, value]) =>
    value === null || value === undefined || value === '' ? [] : [[title, String(value)]],
  );
}

function relatedHtml(visit: Visit, target: 'moodle' | 'erp', failure: FailureData): Html {
  const name = nameIn(failure, target);
  return html`<li><a href="${addressOf(target, name)}">${name[1]}</a>: ${statusWord(visit, failure.status)}
${failure.reason !== null && html`<br>${english(failure.reason)}`}</li>`;
}

function historyHtml({ say }: Visit, actions: readonly OperatorAction[]): Html {
  if (actions.length === 0) return html`<p>${say('failures.no_history')}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${say('failures.history')}"><table>
<caption>${say('failures.history')}</caption>
<thead><tr><th scope="col">${say('failures.at')}</th><th scope="col">${say('failures.what')}</th>
<th scope="col">${say('failures.who')}</th></tr></thead>
<tbody>${actions.map(
    ({ at, what, who }) =>
      html`<tr><td>${minuteOf(at)}</td><td>${english(what)}</td><td class="long">${who}</td></tr>`,
  )}</tbody></table></div>`;
}
