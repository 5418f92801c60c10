import type { FoundPeople } from '#cli/commands/person/find.ts';
import { hiddenFields, offsetOf, pager, pageSize } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { personNouns } from '#shared/operate/explain/person.ts';
import { type Chosen, pathOf } from './chosen.ts';

/** Whom a search has found, and for what. */
export type Found = FoundPeople & { who: string };

/** The field to look somebody up. What is entered goes into no address: browsers keep those. */
export function searchForm({ say }: Visit): Html {
  return html`<form method="post" action="/person/find" role="search"><p class="buttons">
<label>${say('person.who')} <input name="who" required autocomplete="off" spellcheck="false" dir="auto" maxlength="320"></label>
<label><input type="checkbox" name="number" value="yes"> ${say('person.is_number')}</label>
<button>${say('person.search')}</button></p></form>`;
}

/** The choice where several may be meant, and how they were found. */
export function foundShown(visit: Visit, { who, people, records_read: read, stopped_early }: Found): Shown {
  const { say } = visit;
  const goOn = stopped_early && {
    fields: { who, all: 'yes', number: people[0]?.found_by === 'number' ? 'yes' : undefined },
    text: say('person.go_on'),
  };
  const asNumber = people.some(({ found_by: by }) => by === 'id') && {
    fields: { who, number: 'yes' },
    text: say('person.search_numbers'),
  };
  const again = goOn || asNumber;
  const offset = offsetOf(visit);
  return {
    title: say('person.found', { count: people.length }),
    body: html`${people.length === 0 && html`<p>${say('person.nobody')}</p>`}
${
  people.length > 0 &&
  html`<ul class="people">${people.slice(offset, offset + pageSize).map(
    (person) => html`<li><a href="${pathOf(person)}">${kindText(visit, person)}</a>
<bdi>${person.name ?? say('person.deleted')}</bdi> <span class="soft">${say(`person.by_${person.found_by}`)}</span></li>`,
  )}</ul>${pager(visit, people.length)}`
}
${read > 0 && html`<p class="note">${say(stopped_early ? 'person.read_until' : 'person.read_all', { count: read })}</p>`}
${again && html`<form method="post" action="/person/find">${hiddenFields(again.fields)}<button>${again.text}</button></form>`}
${searchForm(visit)}`,
  };
}

/** `Student 26`. */
export function kindText({ say }: Visit, { model, id }: Chosen): string {
  return say(`person.${personNouns[model]}`, { id });
}
