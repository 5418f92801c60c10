import { type Html, html } from '#shared/http/html.ts';
import { engineText } from './texts/engine.ts';
import { field, type Visit } from './visit.ts';

/**
 * A form that changes something; nothing where nothing may be changed.
 *
 * @param id for fields that stand outside of it: a table is printed, a form is not
 */
export function changeForm(visit: Visit, action: string, content: Html, id?: string): Html | false {
  if (visit.isReadOnly) return false;
  return html`<form method="post" action="${action}"${id !== undefined && html` id="${id}"`}>${content}</form>`;
}

/** Texts that the commands share with the terminal are in English, whatever the page is in. */
export function english(text: string): Html {
  return html`<span lang="en">${text}</span>`;
}

/** So many rows of a list are shown at a time. */
export const pageSize = 50;

/** An address in the console; fields without a value are left out. */
export function address(path: string, fields: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return search.size > 0 ? `${path}?${search}` : path;
}

/** Where a person is told of whose account, enrolments or courses an idnumber stands for; undefined for others. */
export function personAddress(idnumber: string): string | undefined {
  const [, kind, id] = /^oec_(student|faculty|parent)_(\d+)(?:@|$)/.exec(idnumber) ?? [];
  return kind && `/person/${kind === 'faculty' ? 'teacher' : kind}/${id}`;
}

/** How many rows stand before the page of a list that the address asks for. */
export function offsetOf({ query }: Pick<Visit, 'query'>): number {
  const page = Number(field(query, 'page'));
  return Number.isInteger(page) && page > 1 ? (page - 1) * pageSize : 0;
}

/** Links to the other pages of a list, and where in it this one is; nothing where there is one only. */
export function pager(visit: Visit, total: number): Html | false {
  const { say, query, path } = visit;
  const offset = offsetOf(visit);
  if (total <= pageSize && offset === 0) return false;
  const page = offset / pageSize + 1;
  const last = Math.max(1, Math.ceil(total / pageSize));
  const kept = Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (name === 'said' ? [] : [[name, [value].flat()[0]]])),
  );
  const link = (to: number, text: string) =>
    to >= 1 && to <= last && html`<li><a href="${address(path, { ...kept, page: to })}">${text}</a></li>`;
  return html`<nav class="pager" aria-label="${say('pager.label')}"><ul>
<li>${say('pager.shown', { from: Math.min(offset + 1, total), to: Math.min(offset + pageSize, total), total })}</li>
${page > 2 && link(1, say('pager.first'))}${link(page - 1, say('pager.previous'))}
${link(page + 1, say('pager.next'))}${page < last - 1 && link(last, say('pager.last'))}
</ul></nav>`;
}

/** A field to choose one of several values, or none of them. @param any what none means */
export function selectField(
  label: string,
  name: string,
  options: readonly (readonly [value: string, text: string])[],
  chosen: string,
  any?: string,
): Html {
  const all = any === undefined ? options : [['', any] as const, ...options];
  return html`<label>${label} <select name="${name}">${all.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  )}</select></label>`;
}

/** Fields that a form sends along unseen. */
export function hiddenFields(fields: Readonly<Record<string, string | readonly string[] | undefined>>): Html {
  const all = Object.entries(fields).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => html`<input type="hidden" name="${name}" value="${value}">`),
  );
  return html`${all}`;
}

/**
 * A text of the engine in the person's language, where the console has it, else in English.
 *
 * Such texts are found by how they stand in English, so that they are right whatever release wrote them into a table.
 */
export function translated({ language }: Pick<Visit, 'language'>, text: string): Html {
  const known = engineText(language, text);
  return known === undefined ? english(text) : html`${known}`;
}

/** A column of a table; one of numbers stands on the right. */
export interface Column {
  title: string;
  isNumeric?: boolean;
}

/** What stands in a cell. */
export type CellContent = Html | string | number | false | undefined;

/** A table with a caption, and a heading for each column and each row, which is scrolled where it is too wide. */
export function dataTable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly CellContent[])[],
): Html {
  const classOf = (index: number) => columns[index]?.isNumeric && html` class="number"`;
  const head = columns.map(({ title }, index) => html`<th scope="col"${classOf(index)}>${title}</th>`);
  const body = rows.map(([heading, ...cells]) => {
    const rest = cells.map((cell, index) => html`<td${classOf(index + 1)}>${cell}</td>`);
    return html`<tr><th scope="row">${heading}</th>${rest}</tr>\n`;
  });
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}
