import type { LeftAloneData, NameData } from '#cli/commands/failures/choice.ts';
import type { DiscardData, DiscardPlan } from '#cli/commands/failures/discard.ts';
import type { RetryData, RetryPlan } from '#cli/commands/failures/retry.ts';
import { changeForm, hiddenFields, translated } from '#cli/console/parts.ts';
import { type Fields, fieldsOf, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { addressOf, filterOf, nameIn } from './choice.ts';
import { backOf } from './work-result.ts';

/** So many of what is meant are named. */
const named = 20;

/** What trying again would do, and the question whether it is meant. */
export function retryPlanHtml(visit: Visit, { queued, left_alone }: RetryPlan, form: Fields): Html {
  const { say } = visit;
  const messages = fieldsOf(form, 'message').length;
  const isEverything = isAll(form);
  return html`${queued.length > 0 && html`<p>${say('failures.retry_plan', { count: queued.length })}</p>`}
${namesHtml(visit, queued, form)}
${messages > 0 && html`<p>${say('failures.retry_messages_plan', { count: messages })}</p>`}
${isEverything && html`<p>${say('failures.retry_crashed_plan')}</p>`}
${leftAloneHtml(visit, left_alone, form)}
${questionHtml(visit, form, '/failures/retry', queued.length + messages > 0 || isEverything)}`;
}

/** What giving up would do, and the question whether it is meant. */
export function discardPlanHtml(visit: Visit, plan: DiscardPlan, form: Fields): Html {
  const { say } = visit;
  const { queue, messages } = plan;
  const deleted = html`<p>${say('failures.discard_messages_plan', { count: messages, queue })}</p>`;
  if (plan.kind === 'messages') {
    return html`${deleted}<p>${say('failures.discard_note.moodle')}</p>
${questionHtml(visit, form, '/failures/discard', messages > 0)}`;
  }
  const { discarded, waiting, left_alone } = plan;
  return html`${discarded.length > 0 && html`<p>${say('failures.discard_records_plan', { count: discarded.length })}</p>`}
${waiting > 0 && html`<p>${say('failures.discard_waiting', { count: waiting })}</p>`}
${namesHtml(visit, discarded, form)}
${messages > 0 && deleted}
${leftAloneHtml(visit, left_alone, form)}
${questionHtml(visit, form, '/failures/discard', discarded.length + messages > 0)}`;
}

/** What came of trying again. */
export function retriedHtml(visit: Visit, data: RetryData, form: Fields): Html {
  const { say } = visit;
  const { queued, messages_removed: removed, crashed_units_sent: sent, messages_not_found: missing } = data;
  return html`<p role="status">${say('failures.retried', { count: queued.length })}</p>
${sent.length > 0 && html`<p>${say('failures.sent_again', { count: sent.length })}</p>`}
${removed > 0 && html`<p>${say('failures.messages_removed', { count: removed })}</p>`}
${missing.length > 0 && html`<p>${say('failures.messages_missing', { count: missing.length })}</p>`}
${namesHtml(visit, queued, form)}
${leftAloneHtml(visit, data.left_alone, form)}
${backHtml(visit, form)}`;
}

/** What came of giving up. */
export function discardedHtml(visit: Visit, data: DiscardData, form: Fields): Html {
  const { say } = visit;
  if (!('left_alone' in data)) {
    return html`<p role="status">${say('failures.messages_removed', { count: data.discarded.length })}</p>
<p>${say('failures.discard_note.moodle')}</p>${backHtml(visit, form)}`;
  }
  const { discarded, messages_removed: removed, messages_not_found: missing, changed_meanwhile } = data;
  return html`<p role="status">${say('failures.discarded', { count: discarded.length })}</p>
${removed > 0 && html`<p>${say('failures.messages_removed', { count: removed })}</p>`}
${missing.length > 0 && html`<p>${say('failures.messages_missing', { count: missing.length })}</p>`}
${changed_meanwhile > 0 && html`<p>${say('failures.changed_meanwhile', { count: changed_meanwhile })}</p>`}
${namesHtml(visit, discarded, form)}
${leftAloneHtml(visit, data.left_alone, form)}
${backHtml(visit, form)}`;
}

/** Whether nothing narrows down what a form chose: then units without a record go with it. */
function isAll(form: Fields): boolean {
  const { model, status, reason } = filterOf(form);
  return fieldsOf(form, 'scope')[0] === 'all' && !model && !status && !reason;
}

function namesHtml(visit: Visit, names: readonly NameData[], form: Fields): Html | false {
  if (names.length === 0) return false;
  const { target } = filterOf(form);
  const others = names.length - named;
  return html`<ul>${names.slice(0, named).map((data) => {
    const name = nameIn(data, target);
    return html`<li><a href="${addressOf(target, name)}"><span dir="auto">${name.join(' ')}</span></a></li>`;
  })}${others > 0 && html`<li>${visit.say('failures.others', { count: others })}</li>`}</ul>`;
}

/** What is left alone, by the reason. */
function leftAloneHtml(visit: Visit, leftAlone: readonly LeftAloneData[], form: Fields): Html | false {
  if (leftAlone.length === 0) return false;
  const groups = [...Map.groupBy(leftAlone, ({ why }) => why)];
  return html`<h2>${visit.say('failures.left_alone', { count: leftAlone.length })}</h2>
${groups.map(
  ([why, own]) => html`<details><summary>${translated(visit, why)} (${own.length})</summary>
${namesHtml(visit, own, form)}</details>`,
)}`;
}

function questionHtml(visit: Visit, form: Fields, action: string, isSomething: boolean): Html {
  const { say } = visit;
  if (!isSomething) return html`<p>${say('failures.nothing_to_do')}</p>${backHtml(visit, form)}`;
  const question = html`${hiddenFields(form)}<input type="hidden" name="confirmed" value="yes">
<p class="buttons"><button data-key="Enter">${say('confirm.go_on')}</button> <a href="${backOf(form)}">${say('confirm.leave')}</a></p>`;
  return html`${changeForm(visit, action, question)}`;
}

function backHtml({ say }: Visit, form: Fields): Html {
  return html`<p><a href="${backOf(form)}">${say('failures.back')}</a></p>`;
}
