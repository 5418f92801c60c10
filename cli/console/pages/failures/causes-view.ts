import { type CauseData, findFailures, findQueues } from '#cli/commands/failures/list.ts';
import { address, hiddenFields, translated } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { filterFields, filterOf } from './choice.ts';
import { adviceHtml, causeHtml, filterHtml, statusHtml, unreadableHtml } from './filter-view.ts';
import { wholeForm } from './records-view.ts';

type Filter = ReturnType<typeof filterOf>;

/** What is not there as it should be, by cause, the most urgent first. */
export async function causesView(visit: Visit): Promise<Shown> {
  const { say, context, query } = visit;
  const filter = filterOf(query);
  const { total, by_status, by_cause, unreadable } = await findFailures(context, { ...filter, limit: 0 });
  return {
    title: say('failures.title'),
    body: html`${await filterHtml(visit, filter)}
${unreadableHtml(visit, unreadable)}
<p><strong>${say('failures.total', { total })}</strong></p>
<ul class="legend">${Object.entries(by_status).map(
      ([status, count]) =>
        html`<li><a href="${address('/failures', { ...filterFields(filter), status })}">${statusHtml(visit, status)}: ${count}</a></li>`,
    )}</ul>
${total > 0 && causesTable(visit, filter, by_cause)}
${
  total > 0 &&
  html`<p><a href="${address('/failures/records', filterFields(filter))}">${say('failures.records')}</a>
· <a href="${address('/failures/export', filterFields(filter))}" download>${say('failures.export')}</a></p>
${wholeForm(visit, filter, total, address('/failures', filterFields(filter)))}`
}
${await queuesHtml(visit, filter)}`,
  };
}

function causesTable(visit: Visit, filter: Filter, causes: readonly CauseData[]): Html {
  const { say } = visit;
  const rows = causes.map((cause) => {
    const to = { ...filterFields(filter), reason: `${cause.class}/${cause.code}` };
    return html`<tr><th scope="row"><a href="${address('/failures/records', to)}">${causeHtml(cause)}</a></th>
<td class="number">${cause.count}</td><td>${statusHtml(visit, cause.status)}</td><td>${adviceHtml(visit, cause.advice)}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${say('failures.causes')}"><table>
<caption>${say('failures.causes')}</caption>
<thead><tr><th scope="col">${say('failures.cause')}</th><th scope="col" class="number">${say('failures.count')}</th>
<th scope="col">${say('failures.worst')}</th><th scope="col">${say('failures.advice')}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

/** What lies in the dead-letter queues; the messages themselves are looked at where it is asked for. */
async function queuesHtml(visit: Visit, filter: Filter): Promise<Html> {
  const { say, context } = visit;
  const { name, depth, others } = await findQueues(context, filter);
  return html`<h2>${say('failures.queues')}</h2>
<p>${say('failures.queue_holds', { name, count: depth })}</p>
${depth > 0 && messagesForm(visit, filter)}
<ul>${others.map(
    (queue) =>
      html`<li>${say('failures.queue_holds', { name: queue.name, count: queue.depth })}
${queue.depth > 0 && html`<br>${translated(visit, queue.meaning)}`}</li>`,
  )}</ul>`;
}

/** Has the messages looked at: SQS shows them only one after another. */
export function messagesForm(visit: Visit, filter: Filter): Html {
  return html`<form method="post" action="/failures/messages">${hiddenFields(filterFields(filter))}
<p class="buttons"><button>${visit.say('failures.look')}</button></p></form>`;
}
