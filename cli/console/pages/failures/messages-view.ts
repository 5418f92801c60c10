import { changeForm, hiddenFields, offsetOf, pager, pageSize } from '#cli/console/parts.ts';
import type { Fields, Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { filterFields, filterOf } from './choice.ts';
import type { Messages } from './work-result.ts';

/** States of messages of which nothing is to be decided any more. */
const doneWith = ['arrived', 'instance gone'];

/** What a dead-letter queue holds, and what it still means. */
export function messagesHtml(visit: Visit, messages: Messages, form: Fields): Html {
  const { say } = visit;
  const filter = filterOf(form);
  const states = [...Map.groupBy(messages, ({ state }) => state)];
  const back = '/failures';
  const fields = { ...filterFields(filter), back };
  return html`<p>${say('failures.messages_total', { count: messages.length })}</p>
<dl>${states.map(([state, own]) => html`<dt>${stateWord(visit, state)}: ${own.length}</dt><dd>${stateNote(visit, state)}</dd>`)}</dl>
${
  messages.length > 0 &&
  html`${messagesTable(visit, messages)}${pager(visit, messages.length)}
${changeForm(
  visit,
  '/failures/retry',
  html`${hiddenFields({ ...fields, scope: 'ticked' })}
<p class="buttons"><button>${say('failures.send_again')}</button>
<button formaction="/failures/discard">${say('failures.delete_messages')}</button></p>`,
  'ticked',
)}`
}
${
  messages.some(({ state }) => doneWith.includes(state)) &&
  changeForm(
    visit,
    '/failures/discard',
    html`${hiddenFields({ target: filter.target, back, scope: 'arrived' })}
<p class="buttons"><button>${say('failures.delete_arrived')}</button></p>`,
  )
}
<p><a href="${back}">${say('failures.back')}</a></p>`;
}

function messagesTable(visit: Visit, messages: Messages): Html {
  const { say, isReadOnly } = visit;
  const offset = offsetOf(visit);
  const rows = messages
    .slice(offset, offset + pageSize)
    .map(({ message_id: id, state, sent_at, reason, work }) => {
      const label = say('failures.tick', { name: id });
      return html`<tr>${!isReadOnly && html`<td><input type="checkbox" form="ticked" name="message" value="${id}" aria-label="${label}"></td>`}
<th scope="row">${stateWord(visit, state)}</th><td>${minuteOf(sent_at)}</td><td class="long">${work}</td>
<td class="long code">${reason ?? ''}</td><td class="long code">${id}</td></tr>`;
    });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${say('failures.messages')}"><table>
<caption>${say('failures.messages')}</caption>
<thead><tr>${!isReadOnly && html`<td><input type="checkbox" data-ticks="message" aria-label="${say('failures.tick_all')}"></td>`}
<th scope="col">${say('failures.state')}</th><th scope="col">${say('failures.since')}</th>
<th scope="col">${say('failures.work')}</th><th scope="col">${say('failures.reason')}</th>
<th scope="col">${say('failures.message')}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

type State = Messages[number]['state'];
type Underscored<Text extends string> = Text extends `${infer First} ${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Text;

const keyOf = (state: State) => state.replaceAll(' ', '_') as Underscored<State>;

function stateWord({ say }: Visit, state: State): string {
  return say(`failures.state.${keyOf(state)}`);
}

function stateNote({ say }: Visit, state: State): string {
  return say(`failures.state_note.${keyOf(state)}`);
}
