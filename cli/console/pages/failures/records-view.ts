import type { FailureData } from '#cli/commands/failures/failure-text.ts';
import { findFailures } from '#cli/commands/failures/list.ts';
import { address, changeForm, english, hiddenFields, offsetOf, pager, pageSize } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { addressOf, filterFields, filterOf, nameIn } from './choice.ts';
import { adviceHtml, causeHtml, filterHtml, statusHtml, unreadableHtml } from './filter-view.ts';

type Filter = ReturnType<typeof filterOf>;

/** The failures that are asked for, one by one. */
export async function recordsView(visit: Visit): Promise<Shown> {
  const { say, context, query } = visit;
  const filter = filterOf(query);
  const asked = { ...filter, limit: pageSize, offset: offsetOf(visit) };
  const { failures, total, by_cause, unreadable } = await findFailures(context, asked);
  const here = address('/failures/records', filterFields(filter));
  const only = by_cause.length === 1 && filter.reason !== undefined ? by_cause[0] : undefined;
  return {
    title: say('failures.records_title'),
    body: html`<p><a href="${address('/failures', { ...filterFields(filter), reason: undefined })}">${say('failures.back')}</a></p>
${await filterHtml(visit, filter)}
${unreadableHtml(visit, unreadable)}
${only && html`<p>${causeHtml(only)}. ${adviceHtml(visit, only.advice)}</p>`}
<p><strong>${say('failures.total', { total })}</strong></p>
${
  total > 0 &&
  html`${recordsTable(visit, filter, failures, only === undefined)}${pager(visit, total)}
${changeForm(
  visit,
  '/failures/retry',
  html`${hiddenFields({ target: filter.target, back: here, scope: 'ticked' })}
${doingButtons(say('failures.retry_ticked'), say(`failures.discard_ticked.${filter.target}`))}`,
  'ticked',
)}
${wholeForm(visit, filter, total, here)}
<p><a href="${address('/failures/export', filterFields(filter))}" download>${say('failures.export')}</a></p>`
}`,
  };
}

/** Does something to all failures of a filter. */
export function wholeForm(visit: Visit, filter: Filter, total: number, back: string): Html | false {
  const { say } = visit;
  return changeForm(
    visit,
    '/failures/retry',
    html`${hiddenFields({ ...filterFields(filter), back, scope: 'all' })}
${doingButtons(say('failures.retry_all', { total }), say(`failures.discard_all.${filter.target}`, { total }))}
<p class="note">${say(`failures.discard_note.${filter.target}`)}</p>`,
  );
}

function doingButtons(retry: string, discard: string): Html {
  return html`<p class="buttons"><button>${retry}</button>
<button formaction="/failures/discard">${discard}</button></p>`;
}

/** @param isAdvised whether each has its own advice: there are several causes */
function recordsTable(
  visit: Visit,
  { target }: Filter,
  failures: readonly FailureData[],
  isAdvised: boolean,
): Html {
  const { say, isReadOnly } = visit;
  const rows = failures.map((failure) => {
    const name = nameIn(failure, target);
    const label = name.join(' ');
    const next = failure.next_attempt_at;
    return html`<tr>${!isReadOnly && html`<td><input type="checkbox" form="ticked" name="row" value="${label}" aria-label="${say('failures.tick', { name: label })}"></td>`}
<th scope="row" class="long"><a href="${addressOf(target, name)}"><span dir="auto">${label}</span></a></th>
<td>${failure.model}</td>
<td>${statusHtml(visit, failure.status)}</td>
<td>${failure.code !== null && causeHtml(failure)}${failure.field !== null && html` (${failure.field})`}
${failure.reason !== null && html`<br><span class="long">${english(failure.reason)}</span>`}
${isAdvised && failure.advice !== null && html`<br>${adviceHtml(visit, failure.advice)}`}</td>
<td>${minuteOf(failure.last_failed_at ?? '')}${next !== null && html`<br>${say('failures.again_at', { time: minuteOf(next) })}`}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${say('failures.records_title')}"><table>
<caption>${say('failures.records_title')}</caption>
<thead><tr>${!isReadOnly && html`<td><input type="checkbox" data-ticks="row" aria-label="${say('failures.tick_all')}"></td>`}
<th scope="col">${say('failures.record')}</th><th scope="col">${say('failures.model')}</th>
<th scope="col">${say('failures.status')}</th><th scope="col">${say('failures.why')}</th>
<th scope="col">${say('failures.last_failed')}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
