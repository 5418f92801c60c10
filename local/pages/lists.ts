import { type Html, html } from '#shared/http/html.ts';
import type { Titled } from './register-pages.ts';

const PAGE_SIZE = 100;

/** One page of a list. */
export type Page<Item> = { items: readonly Item[]; total: number; links: Html | undefined };
type Cell = Html | string | number | undefined;

/**
 * Cuts a list into pages of 100.
 *
 * @param page counted from 1; anything else is the first
 * @param address of the list; that of another page has its number added
 */
export function paginate<Item>(items: readonly Item[], page: number, address: string): Page<Item> {
  const last = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const at = Number.isInteger(page) ? Math.min(Math.max(page, 1), last) : 1;
  const linkTo = (other: number) => `${address}${address.includes('?') ? '&' : '?'}page=${other}`;
  const links =
    last === 1
      ? undefined
      : html`<nav class="pages">
${at > 1 && html`<a href="${linkTo(at - 1)}">← Previous</a>`}
<span class="soft">Page ${at} of ${last}</span>
${at < last && html`<a href="${linkTo(at + 1)}">Next →</a>`}
</nav>`;
  return { items: items.slice((at - 1) * PAGE_SIZE, at * PAGE_SIZE), total: items.length, links };
}

/** A table, or a sentence where it is empty. */
export function table(columns: readonly string[], rows: readonly (readonly Cell[])[], none = 'None.'): Html {
  if (rows.length === 0) return html`<p class="soft">${none}</p>`;
  return html`<div class="card scroll"><table>
<thead><tr>${columns.map((column) => html`<th>${column}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

/**
 * A list of people.
 *
 * @param list.textOf what is searched for the words of the query
 */
export function peopleList<Person>(
  people: readonly Person[],
  list: {
    title: string;
    query: string;
    page: number;
    textOf: (person: Person) => string;
    columns: readonly string[];
    cells: (person: Person) => Cell[];
  },
): Titled {
  const { title, query, page, textOf, columns, cells } = list;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = people.filter((person) => {
    const text = textOf(person).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const { items, total, links } = paginate(found, page, `/people?${new URLSearchParams({ q: query })}`);
  const content = html`<h1>${title} (${total})</h1>
${table(columns, items.map(cells), 'Nobody of that name.')}
${links}`;
  return { title, content };
}

/** How much there is of everything. */
export function counts(list: readonly (readonly [count: number, name: string])[]): Html {
  return html`<ul class="counts">
${list.map(([count, name]) => html`<li><b>${count.toLocaleString('en')}</b> ${name}</li>`)}
</ul>`;
}
