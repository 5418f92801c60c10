import { numberOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Bar, BarPart, Cell, Mark, Row, SaidFinding, Section, Table } from './section.ts';

/** A heading, or another word of the report, in the reader's language. */
type Word = (english: string) => string | Html;

const asItIs: Word = (english) => english;

/** A part of the report as HTML, for its page and for the console. */
export function sectionHtml(section: Section, word: Word = asItIs): Html {
  const { id, title, note, facts = [], findings = [], tables = [] } = section;
  const heading = `heading-${id}`;
  return html`<section id="${id}" aria-labelledby="${heading}">
<h2 id="${heading}">${word(title)}</h2>
${note && html`<p class="note">${word(note)}</p>`}
${facts.length > 0 && html`<dl>${facts.map(([name, said]) => html`<dt>${word(name)}</dt><dd>${word(said)}</dd>`)}</dl>`}
${findings.length > 0 && html`<h3>${word('Last findings')}</h3><ul>${findings.map((one) => findingHtml(one, word))}</ul>`}
${tables.map((table) => tableHtml(table, section, word))}
</section>`;
}

const tones = { failed: 'bad', warning: 'warn', note: 'note' };

function findingHtml({ severity, about, message, advice }: SaidFinding, word: Word): Html {
  const said = `${about ? `${about}. ` : ''}${message} ${advice}`;
  return html`<li><span class="${tones[severity]}">${word(severity)}:</span> ${word(said)}</li>`;
}

/** A table with a heading for each column and each row, its title, and what the colours of its bars mean. */
function tableHtml({ id, title, note, empty, rows, on }: Table, section: Section, word: Word): Html | false {
  const [first] = rows;
  if (on === 'terminal') return false;
  if (!first) return empty !== undefined && html`<p class="note">${word(empty)}</p>`;
  const name = section.instance === undefined ? title : `${title}, ${section.instance}`;
  const columns = Object.keys(first);
  const classOf = (column: string) => isNumeric(rows, column) && html` class="number"`;
  const head = columns.map((column) => html`<th scope="col"${classOf(column)}>${word(column)}</th>`);
  const body = rows.map((row) => {
    const [heading, ...cells] = columns.map((column) => cellHtml(row[column]!, word, row[columns[0]!]));
    const rest = cells.map((cell, index) => html`<td${classOf(columns[index + 1]!)}>${cell}</td>`);
    return html`<tr><th scope="row">${heading}</th>${rest}</tr>\n`;
  });
  return html`${title !== section.title && html`<h3>${word(title)}</h3>`}${note && html`<p class="note">${word(note)}</p>`}
${legend(
  Object.values(first).flatMap((cell) => (isBar(cell) ? cell.parts : [])),
  word,
)}
<div id="${section.id}-${id}" class="scroll" tabindex="0" role="group" aria-label="Table: ${name}">
<table aria-label="${name}"><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function legend(parts: readonly BarPart[], word: Word): Html | false {
  if (parts.length < 2) return false;
  const entries = parts.map(
    ({ key, title }) => html`<li><span class="swatch c-${key}"></span>${word(title)}</li>`,
  );
  return html`<ul class="legend">${entries}</ul>`;
}

/** @param heading of its row, for what a bar says under the pointer */
function cellHtml(cell: Cell, word: Word, heading: Cell = ''): Html | string {
  if (typeof cell === 'number') return numberOf(cell);
  if (typeof cell === 'string') {
    return /\S{25}/.test(cell) ? html`<span class="long">${word(cell)}</span>` : html`${word(cell)}`;
  }
  if (isBar(cell)) return barHtml(cell, word, String(heading));
  return 'text' in cell ? markHtml(cell, word) : html`<span class="long code">${cell.join(', ')}</span>`;
}

/** What is there is seen, however little it is: the least part of a bar, in hundredths of it. */
const least = 1.5;

/** The figures of a bar stand in its row, so that a screen reader leaves it out. */
function barHtml({ parts, whole }: Bar, word: Word, heading: string): Html {
  const drawn = parts.filter(({ value }) => value > 0);
  const widths = drawn.map(({ value }) => Math.max(least, (value / whole) * 100));
  const excess = widths.reduce((sum, width) => sum + width, 0) - 100;
  if (excess > 0) widths[widths.indexOf(Math.max(...widths))]! -= excess;
  const begins = widths.map((_width, at) => widths.slice(0, at).reduce((sum, width) => sum + width, 0));
  return html`<svg class="bar" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none">${drawn.map(
    ({ key, title, value }, at) =>
      html`<rect class="c-${key}" x="${begins[at]}" width="${widths[at]}" height="1"><title>${heading}, ${word(title)}: ${numberOf(value)}</title></rect>`,
  )}</svg>`;
}

function markHtml({ text, tone, href }: Mark, word: Word): Html {
  if (href !== undefined) return html`<a href="${href}">${text}</a>`;
  return html`<span class="${tone}">${word(text)}</span>`;
}

function isBar(cell: Cell): cell is Bar {
  return typeof cell === 'object' && 'whole' in cell;
}

/** Whether a column holds numbers, which stand on the right. */
function isNumeric(rows: readonly Row[], column: string): boolean {
  return rows.some((row) => typeof row[column] === 'number');
}
