import { readFileSync } from 'node:fs';
import { minuteOf, numberOf } from '#cli/output/words.ts';
import { Html, html } from '#shared/http/html.ts';
import type { Report } from './report.ts';
import type { Bar, BarPart, Cell, Mark, Row, SaidFinding, Section, Table } from './section.ts';
import { sectionsOf } from './sections.ts';

const style = new Html(readFileSync(new URL('style.css', import.meta.url), 'utf8'));

/** The report as one page that needs nothing else: no network, no script, no font. It prints on A4. */
export function reportHtml(report: Report): string {
  const title = `Report of ${report.stack}`;
  const [overview, ...sections] = sectionsOf(report).map(sectionHtml);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}, ${minuteOf(report.made_at)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">OpenEduCat and Moodle, as they were on <time datetime="${report.made_at}">${minuteOf(report.made_at)}</time> UTC</p>
</header>
<main>
${overview}
${problems([...report.unreadable, ...report.problems])}
${sections}
</main>
<footer class="soft">Records are named by their ID number in Moodle. Made by oec-moodle-sync.</footer>
</body>
</html>
`.text;
}

function problems(all: readonly string[]): Html | false {
  if (all.length === 0) return false;
  return html`<section id="problems" aria-labelledby="heading-problems"><h2 id="heading-problems">What this report cannot tell</h2>
<ul>${all.map((problem) => html`<li>${problem}</li>`)}</ul></section>`;
}

function sectionHtml(section: Section): Html {
  const { id, title, note, facts = [], findings = [], tables = [] } = section;
  const heading = `heading-${id}`;
  return html`<section id="${id}" aria-labelledby="${heading}">
<h2 id="${heading}">${title}</h2>
${note && html`<p class="note">${note}</p>`}
${facts.length > 0 && html`<dl>${facts.map(([name, said]) => html`<dt>${name}</dt><dd>${said}</dd>`)}</dl>`}
${findings.length > 0 && html`<h3>Last findings</h3><ul>${findings.map(findingHtml)}</ul>`}
${tables.map((table) => tableHtml(table, section))}
</section>`;
}

const tones = { failed: 'bad', warning: 'warn', note: 'note' };

function findingHtml({ severity, about, message, advice }: SaidFinding): Html {
  return html`<li><span class="${tones[severity]}">${severity}:</span> ${about && `${about}. `}${message} ${advice}</li>`;
}

/** A table with a heading for each column and each row, its title, and what the colours of its bars mean. */
function tableHtml({ id, title, note, empty, rows, on }: Table, section: Section): Html | false {
  const [first] = rows;
  if (on === 'terminal') return false;
  if (!first) return empty !== undefined && html`<p class="note">${empty}</p>`;
  const name = section.instance === undefined ? title : `${title}, ${section.instance}`;
  const columns = Object.keys(first);
  const classOf = (column: string) => isNumeric(rows, column) && html` class="number"`;
  const head = columns.map((column) => html`<th scope="col"${classOf(column)}>${column}</th>`);
  const body = rows.map((row) => {
    const [heading, ...cells] = columns.map((column) => cellHtml(row[column]!, row[columns[0]!]));
    const rest = cells.map((cell, index) => html`<td${classOf(columns[index + 1]!)}>${cell}</td>`);
    return html`<tr><th scope="row">${heading}</th>${rest}</tr>\n`;
  });
  return html`${title !== section.title && html`<h3>${title}</h3>`}${note && html`<p class="note">${note}</p>`}
${legend(Object.values(first).flatMap((cell) => (isBar(cell) ? cell.parts : [])))}
<div id="${section.id}-${id}" class="scroll" tabindex="0" role="group" aria-label="Table: ${name}">
<table aria-label="${name}"><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table></div>`;
}

function legend(parts: readonly BarPart[]): Html | false {
  if (parts.length < 2) return false;
  const entries = parts.map(({ key, title }) => html`<li><span class="swatch c-${key}"></span>${title}</li>`);
  return html`<ul class="legend">${entries}</ul>`;
}

/** @param heading of its row, for what a bar says under the pointer */
function cellHtml(cell: Cell, heading: Cell = ''): Html | string {
  if (typeof cell === 'number') return numberOf(cell);
  if (typeof cell === 'string') return /\S{25}/.test(cell) ? html`<span class="long">${cell}</span>` : cell;
  if (isBar(cell)) return barHtml(cell, String(heading));
  return 'text' in cell ? markHtml(cell) : html`<span class="long code">${cell.join(', ')}</span>`;
}

/** The figures of a bar stand in its row, so that a screen reader leaves it out. */
function barHtml({ parts, whole }: Bar, heading: string): Html {
  const drawn = parts.filter(({ value }) => value > 0);
  const rest = whole - drawn.reduce((sum, { value }) => sum + value, 0);
  return html`<span class="bar" aria-hidden="true">${drawn.map(
    ({ key, title, value }) =>
      html`<span class="c-${key}" style="flex-grow: ${value}" title="${heading}, ${title}: ${numberOf(value)}"></span>`,
  )}${rest > 0 && html`<span style="flex-grow: ${rest}"></span>`}</span>`;
}

function markHtml({ text, tone, href }: Mark): Html {
  if (href !== undefined) return html`<a href="${href}">${text}</a>`;
  return html`<span class="${tone}">${text}</span>`;
}

function isBar(cell: Cell): cell is Bar {
  return typeof cell === 'object' && 'whole' in cell;
}

/** Whether a column holds numbers, which stand on the right. */
function isNumeric(rows: readonly Row[], column: string): boolean {
  return rows.some((row) => typeof row[column] === 'number');
}
