import { type Html, html } from '#shared/http/html.ts';
import { numberOf } from '../words.ts';

/** A column of a table, and its cell in a row. */
export interface TableColumn<Row> {
  title: string;
  /** Numbers stand on the right. */
  cell(row: Row): string | number | Html;
}

/** A table with a heading for each column and each row. */
export function dataTable<Row>({
  caption,
  columns,
  rows,
}: {
  /** For a screen reader; the page has a heading above it. */
  caption: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
}): Html {
  const isNumber = columns.map(({ cell }) => rows.length > 0 && typeof cell(rows[0]!) === 'number');
  const head = columns.map(
    ({ title }, index) => html`<th scope="col"${isNumber[index] && html` class="number"`}>${title}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${columns.map(({ cell }, index) => cellOf(cell(row), index))}</tr>`,
  );
  return html`<table aria-label="${caption}"><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table>`;
}

function cellOf(value: string | number | Html, index: number): Html {
  if (typeof value === 'number') return html`<td class="number">${numberOf(value)}</td>`;
  return index === 0 ? html`<th scope="row">${value}</th>` : html`<td>${value}</td>`;
}

/** Wide tables are scrolled by themselves. */
export function scrolledTable<Row>(caption: string, columns: TableColumn<Row>[], rows: readonly Row[]): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${caption}">${dataTable<Row>({ caption, columns, rows })}</div>`;
}
