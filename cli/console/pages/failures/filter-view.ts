import type { FilterOptions } from '#cli/commands/failures/choice.ts';
import { targets } from '#cli/commands/failures/targets.ts';
import { address, hiddenFields, selectField, translated } from '#cli/console/parts.ts';
import type { Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';

/** Which side is looked at, and which of its failures; all in the address. */
export async function filterHtml(visit: Visit, filter: FilterOptions): Promise<Html> {
  const { say, path } = visit;
  const { instances, erp } = await visit.deployment();
  const { target, instance = '', model = '', status = '', reason = '' } = filter;
  const { models, statuses } = targets[target];
  const ids = (await instances.ids()).toSorted();
  const sides = erp ? (['moodle', 'erp'] as const) : [];
  return html`${
    sides.length > 0 &&
    html`<nav aria-label="${say('failures.side')}"><ul class="legend">${sides.map(
      (side) =>
        html`<li><a href="${address('/failures', { target: side })}"${side === target && html` aria-current="page"`}>${say(`failures.side.${side}`)}</a></li>`,
    )}</ul></nav>`
  }
<form method="get" action="${path}">${hiddenFields({ target })}
${selectField(say('failures.instance'), 'instance', ids.map(asIs), instance, say('failures.any'))}
${selectField(say('failures.model'), 'model', models.map(asIs), model, say('failures.any'))}
${selectField(
  say('failures.status'),
  'status',
  statuses.map((each) => [each, statusWord(visit, each)] as const),
  status,
  say('failures.any'),
)}
<label>${say('failures.reason')} <input name="reason" value="${reason}"></label>
<button>${say('failures.show')}</button></form>`;
}

const asIs = (value: string) => [value, value] as const;

/** How a status is called, as text. */
export function statusWord(visit: Pick<Visit, 'say'>, status: string): string {
  return visit.say(`failures.status.${status}` as 'failures.status.failed');
}

/** The same as a mark with its colour. */
export function statusHtml(visit: Visit, status: string): Html {
  return html`<span class="swatch c-${status}"></span>${statusWord(visit, status)}`;
}

/** A class and a code. */
export function causeHtml(cause: { class: string | null; code: string | null }): Html {
  return html`<span class="code">${cause.class ?? ''}: ${cause.code ?? ''}</span>`;
}

/** What to do, in the person's language. */
export function adviceHtml(visit: Visit, advice: string | null): Html {
  return html`${advice !== null && translated(visit, advice)}`;
}

/** What is wrong with instances whose settings cannot be read. */
export function unreadableHtml(visit: Visit, unreadable: readonly string[]): Html | false {
  return (
    unreadable.length > 0 &&
    html`<ul class="bad" role="alert">${unreadable.map((each) => html`<li>${translated(visit, each)}</li>`)}</ul>`
  );
}
