import { countsOf, overwrittenIn } from '#cli/commands/adopt/show.ts';
import { address, offsetOf, pager, pageSize, selectField, translated } from '#cli/console/parts.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { adoptedKinds } from '#shared/models/services.ts';
import { type Row, type Verdict, verdicts } from '#shared/operate/adoption/rows.ts';
import { type AdoptDesk, questionPath } from './desk.ts';

/** How many things of each kind stand how; each figure leads to its list. */
export function countsTable({ say }: Visit, { path, rows }: AdoptDesk): Html {
  const counts = countsOf(rows);
  const cell = (kind: (typeof adoptedKinds)[number], verdict: Verdict) => {
    const count = counts[kind][verdict];
    return count === 0 ? count : html`<a href="${address(`${path}/list`, { verdict, kind })}">${count}</a>`;
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${say('adopt.counts')}">
<table><caption>${say('adopt.counts')}</caption>
<thead><tr><th scope="col">${say('adopt.column.kind')}</th>${verdicts.map((verdict) => html`<th scope="col" class="number">${say(`adopt.verdict.${verdict}`)}</th>`)}</tr></thead>
<tbody>${adoptedKinds.map(
    (kind) =>
      html`<tr><th scope="row">${say(`adopt.kinds.${kind}`)}</th>${verdicts.map(
        (verdict) => html`<td class="number">${cell(kind, verdict)}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

/** Rows side by side: what the ERP has, and what Moodle holds. */
export function rowsTable(visit: Visit, desk: AdoptDesk, caption: string, rows: readonly Row[]): Html {
  const { say } = visit;
  const columns = ['kind', 'erp', 'moodle', 'overwrites', 'evidence'] as const;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table class="facing"><caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${say(`adopt.column.${column}`)}</th>`)}</tr></thead>
<tbody>${rows.map(
    (
      row,
    ) => html`<tr><td>${say(`adopt.kind.${row.kind}`)}</td><td>${erpSide(desk, row)}</td><td>${moodleSide(row)}</td>
<td>${overwrittenText(visit, row.overwrites)}</td><td>${row.evidence && translated(visit, row.evidence)}</td></tr>\n`,
  )}</tbody></table></div>`;
}

function erpSide(desk: AdoptDesk, row: Row): Html | string {
  if (row.idnumber === '') return '';
  const label = html`${row.desired && html`<bdi>${row.desired.label}</bdi> `}`;
  return row.desired
    ? html`${label}<a href="${questionPath(desk, row)}">${row.idnumber}</a>`
    : html`${row.idnumber}`;
}

function moodleSide({ candidates }: Row): Html[] {
  return candidates.map(
    ({ id, label, idnumber }) =>
      html`<div><bdi>${label}</bdi> ${id}${idnumber && html` <span class="soft">${idnumber}</span>`}</div>`,
  );
}

/** Names of fields in words. */
export function overwrittenText({ say }: Visit, fields: readonly string[]): string {
  return fields.map((name) => fieldWord(say, name)).join(', ');
}

export function fieldWord(say: Visit['say'], name: string): string {
  return isField(name) ? say(`adopt.field.${name}`) : name;
}

const knownFields = [
  ...(['name', 'parent', 'fullname', 'shortname', 'category', 'visible', 'course', 'firstname'] as const),
  ...(['middlename', 'lastname', 'email', 'phone1', 'suspended', 'username', 'idnumber'] as const),
];
const isField = (name: string): name is (typeof knownFields)[number] =>
  (knownFields as readonly string[]).includes(name);

/** How often which field would be overwritten, as a sentence; nothing where none would be. */
export function overwritesSentence({ say }: Visit, rows: Parameters<typeof overwrittenIn>[0]): Html | false {
  const counts = [...overwrittenIn(rows)].map(([name, count]) => `${name} (${count})`);
  return counts.length > 0 && html`<p>${say('adopt.overwrites', { fields: counts.join(', ') })}</p>`;
}

/** The rows of one verdict, page by page. */
export function listView(visit: Visit, desk: AdoptDesk): Shown {
  const { say, query } = visit;
  const [verdict = 'certain', kind] = [
    verdicts.find((each) => each === field(query, 'verdict')),
    adoptedKinds.find((each) => each === field(query, 'kind')),
  ];
  const rows = desk.rows.filter((row) => row.verdict === verdict && (kind ?? row.kind) === row.kind);
  const from = offsetOf(visit);
  const choice = (
    name: 'verdict' | 'kind',
    all: readonly string[],
    word: (each: never) => string,
    any?: string,
  ) =>
    selectField(
      say(`adopt.choose.${name}`),
      name,
      all.map((each) => [each, word(each as never)] as const),
      field(query, name),
      any,
    );
  return {
    title: say(`adopt.verdict.${verdict}`),
    body: html`<p><a href="${desk.path}" data-key="b">${say('adopt.back')}</a></p>
<form method="get" action="${desk.path}/list">
${choice('verdict', verdicts, (each) => say(`adopt.verdict.${each}`))}
${choice('kind', adoptedKinds, (each) => say(`adopt.kinds.${each}`), say('adopt.choose.any'))}
<button>${say('adopt.choose.show')}</button></form>
<p>${say(`adopt.meaning.${verdict}`)}</p>
${
  rows.length === 0
    ? html`<p>${say('adopt.nothing')}</p>`
    : html`${rowsTable(visit, desk, say(`adopt.verdict.${verdict}`), rows.slice(from, from + pageSize))}${pager(visit, rows.length)}`
}`,
  };
}
