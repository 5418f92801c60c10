import { keepDecision } from '#cli/commands/adopt/keep.ts';
import { changeForm, hiddenFields, translated } from '#cli/console/parts.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { noteAction } from '#cli/note-action.ts';
import { type Html, html } from '#shared/http/html.ts';
import { observedKey } from '#shared/operate/adoption/adoption.ts';
import {
  type Decision,
  type DecisionRules,
  parseDecision,
  review,
} from '#shared/operate/adoption/decisions.ts';
import type { Observed } from '#shared/operate/adoption/kinds.ts';
import type { Row } from '#shared/operate/adoption/rows.ts';
import { keptDecisions } from '#shared/store/tables/kept-decisions.ts';
import { type AdoptDesk, decisionWord, deskOf, madeBy, namedRow, nameOf, questionPath } from './desk.ts';
import { fieldWord } from './rows.ts';

/** One record beside what it may be in Moodle, and the keys that decide. */
export function questionView(visit: Visit, desk: AdoptDesk, row: Row): Shown {
  const { say } = visit;
  const { kind, idnumber, desired, evidence } = row;
  const place = desk.questions.indexOf(row);
  const previous = desk.questions[place - 1];
  const kept = desk.kept.find((each) => each.idnumber === idnumber);
  const refused = desk.review.refused.find(({ said }) => said.idnumber === idnumber);
  const candidates = candidatesOf(desk, row);
  const total = desk.questions.length;
  return {
    title: say(`adopt.ask.${kind}`),
    body: html`${place >= 0 && html`<p class="note">${say('adopt.place', { place: place + 1, total, open: desk.open.length })}</p>`}
<h2><bdi>${desired?.label ?? idnumber}</bdi> <span class="soft">${idnumber}</span></h2>
${evidence && html`<p>${translated(visit, evidence)}</p>`}
${
  kept &&
  html`<div class="said"><p><strong>${decisionWord(say, kept.decision)}</strong>, ${madeBy(visit, kept)}</p>
${refused && html`<p class="warn" role="alert">${say('adopt.no_longer')} ${translated(visit, refused.reason)}</p>`}
${changeForm(
  visit,
  `${desk.path}/withdraw`,
  html`${hiddenFields({ record: idnumber, before: kept.at })}<button>${say('adopt.withdraw')}</button>`,
)}</div>`
}
${facingTable(visit, desk, row, candidates)}
${
  desired &&
  html`${changeForm(visit, `${desk.path}/ask`, choices(visit, desk, row, { candidates, before: kept?.at }))}
${changeForm(
  visit,
  `${desk.path}/ask`,
  html`${hiddenFields({ record: idnumber, before: kept?.at })}
<label>${say('adopt.by_id')} <input name="id" inputmode="numeric" pattern="[0-9]+" required></label>
<button>${say('adopt.take_id')}</button>`,
)}`
}
<p class="buttons">${previous && html`<a href="${questionPath(desk, previous)}" data-key="b"><kbd>b</kbd> ${say('adopt.previous')}</a>`}
<a href="${desk.path}"${!previous && html` data-key="b"`}>${say('adopt.back')}</a></p>`,
  };
}

/** What it may be, and what somebody has decided that it is. */
function candidatesOf(desk: AdoptDesk, row: Row): Observed[] {
  const kept = desk.kept.find(({ idnumber }) => idnumber === row.idnumber);
  const decision = kept && parseDecision(kept.decision);
  const id = typeof decision === 'object' ? decision.match : undefined;
  const chosen = id === undefined ? undefined : desk.looked.before.observed.get(observedKey(row.kind, id));
  return chosen && !row.candidates.some((each) => each.id === id)
    ? [...row.candidates, chosen]
    : row.candidates;
}

/** What may be decided about a row beside all that is decided about others. */
function rulesFor({ kept, looked }: AdoptDesk, row: Row): DecisionRules {
  const others = kept.filter(({ idnumber }) => idnumber !== row.idnumber);
  return review(others, looked.before, [row]).rules;
}

function choices(
  { say }: Visit,
  desk: AdoptDesk,
  row: Row,
  { candidates, before }: { candidates: readonly Observed[]; before: string | undefined },
): Html {
  const rules = rulesFor(desk, row);
  const choice = (key: string, decision: Decision, value: string, text: Html | string) => {
    const refusal = rules.refusal(row, decision);
    if (refusal) return html`<li>${text}: <span class="soft" lang="en">${refusal}</span></li>`;
    return html`<li><button name="decision" value="${value}"${key && html` data-key="${key}"`}>${key && html`<kbd>${key}</kbd> `}${text}</button></li>`;
  };
  return html`${hiddenFields({ record: row.idnumber, before })}
<ul class="choices">${candidates.map(({ id, label }, index) =>
    choice(
      index < 9 ? String(index + 1) : '',
      { match: id },
      `match ${id}`,
      html`${say('adopt.this_one', { id: String(id) })} <bdi>${label}</bdi>`,
    ),
  )}
${choice('n', 'new', 'new', say('adopt.new_one'))}
${choice('l', 'skip', 'skip', say('adopt.later'))}</ul>`;
}

/** Field by field: what the ERP says, what Moodle holds in each of them, and what the next push would overwrite. */
function facingTable(visit: Visit, desk: AdoptDesk, row: Row, candidates: readonly Observed[]): Html | false {
  const { say } = visit;
  if (!row.desired) return false;
  const { fields, moodleIdnumber } = row.desired;
  const own: Record<string, unknown> = fields;
  const overwritten = candidates.map((each) => new Set(row.wouldOverwrite?.(each)));
  const names = new Set([...Object.keys(own), ...candidates.flatMap(({ fields }) => Object.keys(fields))]);
  const cell = (value: Html | string, isOverwritten: boolean) =>
    html`<td>${value}${isOverwritten && html` <strong class="warn">${say('adopt.overwritten')}</strong>`}</td>`;
  names.delete('idnumber');
  const lines = [...names].map((name) => {
    const held = candidates.map(({ fields }, index) =>
      cell(valueText(visit, desk, name, fields[name]), overwritten[index]!.has(name)),
    );
    return html`<tr><th scope="row">${fieldWord(say, name)}</th>${cell(valueText(visit, desk, name, own[name]), false)}${held}</tr>\n`;
  });
  const caption = say('adopt.facing');
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table class="facing"><caption>${caption}</caption>
<thead><tr><th scope="col">${say('adopt.column.field')}</th><th scope="col">${say('adopt.column.erp')}</th>${candidates.map(
    ({ id }, index) =>
      html`<th scope="col"><kbd>${index + 1}</kbd> ${say('adopt.moodle_id', { id: String(id) })}</th>`,
  )}</tr></thead>
<tbody>${lines}<tr><th scope="row">${say('adopt.field.idnumber')}</th>${cell(moodleIdnumber, false)}${candidates.map(
    ({ idnumber }) => cell(idnumber, idnumber !== '' && idnumber !== moodleIdnumber),
  )}</tr></tbody></table></div>`;
}

/** A value in words; what lies in something else is called by the name of that. */
function valueText({ say }: Visit, { looked, rows }: AdoptDesk, name: string, value: unknown): Html | string {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value === 'boolean') return say(value ? 'adopt.yes' : 'adopt.no');
  const text = String(value);
  if (name !== 'parent' && name !== 'category' && name !== 'course') return html`<bdi>${text}</bdi>`;
  const kind = name === 'course' ? 'course' : 'category';
  const label =
    typeof value === 'number'
      ? looked.before.observed.get(observedKey(kind, value))?.label
      : rows.find(({ idnumber }) => idnumber === text)?.desired?.label;
  return html`<bdi>${label ?? text}</bdi>`;
}

/** Keeps what was decided, and goes to the next question. */
export async function decide(visit: Visit): Promise<Done> {
  const { say, form } = visit;
  const desk = await deskOf(visit);
  const row = desk && namedRow(desk, form);
  if (!row) return { said: say('job.forgotten'), to: '/adopt' };
  const id = field(form, 'id');
  const decision = parseDecision(id ? `match ${id}` : field(form, 'decision'));
  const refusal = decision ? rulesFor(desk, row).refusal(row, decision) : say('adopt.no_decision');
  if (!decision || refusal !== undefined)
    return { said: say('adopt.refused', { reason: refusal ?? '' }), to: questionPath(desk, row) };
  const deployment = await visit.deployment();
  const { instance } = desk.looked.moodle;
  const before = field(form, 'before');
  const seen = before === '' ? [] : [{ idnumber: row.idnumber, at: before }];
  const kept = await keepDecision(deployment, instance, row, decision, seen);
  if (!kept) return overtaken(visit, desk, row);
  const said = say('adopt.kept', { record: row.idnumber, decision: decisionWord(say, decision) });
  const place = desk.questions.indexOf(row);
  const isLeft = (each: Row) => each !== row && desk.open.includes(each);
  const next = desk.questions.slice(place + 1).find(isLeft) ?? desk.questions.find(isLeft);
  return { said, to: next ? questionPath(desk, next) : desk.path };
}

/** Somebody else was faster: their decision stands, and is shown with who it was. */
async function overtaken(visit: Visit, desk: AdoptDesk, row: Row): Promise<Done> {
  const { say } = visit;
  const store = (await visit.deployment()).open(keptDecisions);
  const all = await store.list(desk.looked.moodle.instance.id);
  const other = all.find(({ idnumber }) => idnumber === row.idnumber);
  const said = other
    ? say('adopt.overtaken', { who: nameOf(other.who), decision: decisionWord(say, other.decision) })
    : say('adopt.gone');
  return { said, to: questionPath(desk, row) };
}

/** Takes a decision back. */
export async function withdraw(visit: Visit): Promise<Done> {
  const { say, form } = visit;
  const desk = await deskOf(visit);
  const row = desk && namedRow(desk, form);
  if (!row) return { said: say('job.forgotten'), to: '/adopt' };
  const deployment = await visit.deployment();
  const { id } = desk.looked.moodle.instance;
  const { idnumber } = row;
  await noteAction(deployment, 'adopt: decision withdrawn', new Map([[id, [idnumber]]]));
  const isDone = await deployment.open(keptDecisions).forget(id, { idnumber, at: field(form, 'before') });
  return isDone ? { said: say('adopt.withdrawn'), to: questionPath(desk, row) } : overtaken(visit, desk, row);
}
