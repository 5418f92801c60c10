import { type Html, html } from '#shared/http/html.ts';

const PAGE_SIZE = 100;

/** One page of a list. */
export type Page<Item> = { items: readonly Item[]; total: number; links: Html | undefined };

/**
 * Cuts a list into pages of 100.
 *
 * @param page counted from 1; anything else is the first
 * @param linkTo the address of another page
 */
export function paginate<Item>(
  items: readonly Item[],
  page: number,
  linkTo: (page: number) => string,
): Page<Item> {
  const last = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const at = Number.isInteger(page) ? Math.min(Math.max(page, 1), last) : 1;
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
