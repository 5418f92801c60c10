import type { CommandResult } from '#cli/command.ts';
import { adopt, look, plannedOf } from '#cli/commands/adopt/adopt.ts';
import type { AdoptionData } from '#cli/commands/adopt/show.ts';
import { confirm } from '#cli/console/confirm.ts';
import { jobShown } from '#cli/console/job-view.ts';
import type { Page } from '#cli/console/page.ts';
import {
  address,
  changeForm,
  hiddenFields,
  offsetOf,
  pager,
  pageSize,
  selectField,
  translated,
} from '#cli/console/parts.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { chosenInstance, chosenInstances } from '#cli/instances.ts';
import { type Html, html } from '#shared/http/html.ts';
import { type AdoptDesk, decisionWord, deskOf, madeBy, namedRow, questionPath } from './adopt/desk.ts';
import { decide, questionView, withdraw } from './adopt/question.ts';
import { countsTable, listView, overwritesSentence, rowsTable } from './adopt/rows.ts';

/** The first weeks with an old Moodle: what in it is whose, decided by one key, and taken over. */
export const adoptPage: Page = {
  path: '/adopt',
  title: 'adopt.title',
  views: {
    '/adopt': chooseView,
    '/adopt/:job': (visit) => ofDesk(visit, deskView),
    '/adopt/:job/list': (visit) => ofDesk(visit, listView),
    '/adopt/:job/ask': (visit) => ofDesk(visit, askView),
    '/adopt/applied/:job': appliedView,
  },
  begins: {
    '/adopt/look': async (visit) => {
      const id = field(visit.form, 'instance');
      await chosenInstance(await visit.deployment(), id);
      return `/adopt/${visit.begin(async () => look(await visit.deployment(), id), `look ${id}`)}`;
    },
  },
  changes: { '/adopt/:job/ask': decide, '/adopt/:job/withdraw': withdraw, '/adopt/:job/apply': apply },
};

async function chooseView({ say, deployment }: Visit): Promise<Shown> {
  const { instances, unreadable } = await chosenInstances(await deployment());
  const options = instances.map(({ id, base_url }) => [id, `${id} (${base_url})`] as const);
  return {
    title: say('adopt.title'),
    body: html`<p>${say('adopt.intro')}</p>
${unreadable.map((message) => html`<p class="warn" lang="en">${message}</p>`)}
${
  options.length === 0
    ? html`<p>${say('adopt.no_instance')}</p>`
    : html`<form method="post" action="/adopt/look">${selectField(say('adopt.instance'), 'instance', options, options[0]![0])}
<button data-key="Enter">${say('adopt.look')}</button></form>`
}`,
  };
}

/** What is shown of a Moodle that was looked at; until then how far that is. */
async function ofDesk(visit: Visit, view: (visit: Visit, desk: AdoptDesk) => Shown): Promise<Shown> {
  const desk = await deskOf(visit);
  if (desk) return view(visit, desk);
  return waiting(visit);
}

function waiting(visit: Visit): Shown {
  const { say, params } = visit;
  const job = visit.job(params.job ?? '');
  if (job?.state === 'done') throw new Error('Only what goes on is waited for.');
  const again = job?.state !== 'running' && html`<p><a href="/adopt">${say('adopt.again')}</a></p>`;
  return jobShown(visit, job, say('adopt.title'), again);
}

/** How everything stands, and what is to be done next. */
function deskView(visit: Visit, desk: AdoptDesk): Shown {
  const { say } = visit;
  const { instance } = desk.looked.moodle;
  const of = (verdict: string) => desk.rows.filter((row) => row.verdict === verdict);
  const list = (verdict: 'conflict' | 'invalid' | 'certain') => {
    const rows = of(verdict);
    if (rows.length === 0) return false;
    const more = rows.length > pageSize;
    return html`${rowsTable(visit, desk, say(`adopt.verdict.${verdict}`), rows.slice(0, pageSize))}
${more && html`<p><a href="${address(`${desk.path}/list`, { verdict })}">${say('adopt.all', { count: rows.length })}</a></p>`}`;
  };
  const section = (verdict: 'conflict' | 'invalid') => {
    const rows = list(verdict);
    return (
      rows &&
      html`<h2>${say(`adopt.verdict.${verdict}`)}</h2><p>${say(`adopt.meaning.${verdict}`)}</p>${rows}`
    );
  };
  const certain = list('certain');
  const [next] = desk.open;
  return {
    title: say('adopt.of', { instance: instance.id }),
    body: html`<form method="post" action="/adopt/look" class="buttons">${hiddenFields({ instance: instance.id })}
<span class="note">${say('adopt.as_it_was')}</span> <button>${say('adopt.look_again')}</button></form>
${instance.status === 'active' && html`<p class="warn">${say('adopt.active')}</p>`}
${countsTable(visit, desk)}
<h2>${say('adopt.questions')}</h2>
<p>${say('adopt.open', { count: desk.open.length, decided: desk.review.decisions.size })}</p>
${next && html`<p><a href="${questionPath(desk, next)}" data-key="Enter"><kbd>Enter</kbd> ${say(visit.isReadOnly ? 'adopt.see' : 'adopt.begin')}</a></p>`}
${refusedSection(visit, desk)}${decidedSection(visit, desk)}
<h2>${say('adopt.verdict.certain')}</h2>
${certain ? html`<details><summary>${say('adopt.certain', { count: of('certain').length })}</summary>${certain}</details>` : html`<p>${say('adopt.nothing')}</p>`}
${section('conflict')}${section('invalid')}${applySection(visit, desk)}`,
  };
}

/** Decisions whose record stands otherwise now. */
function refusedSection(visit: Visit, desk: AdoptDesk): Html | false {
  const { say } = visit;
  const { refused } = desk.review;
  if (refused.length === 0) return false;
  return html`<h3>${say('adopt.stale')} (${refused.length})</h3><p>${say('adopt.stale_meaning')}</p><ul>${refused
    .slice(0, pageSize)
    .map(
      ({ said, reason }) =>
        html`<li><a href="${questionPath(desk, said)}">${said.idnumber}</a>: ${decisionWord(say, said.decision)}, ${madeBy(visit, said)}.
<span class="warn">${translated(visit, reason)}</span></li>`,
    )}</ul>`;
}

/** What is decided and waits to be carried out, with who it was. */
function decidedSection(visit: Visit, desk: AdoptDesk): Html | false {
  const { say } = visit;
  const { decisions } = desk.review;
  if (decisions.size === 0) return false;
  const ofRecord = new Map(desk.kept.map((each) => [each.idnumber, each]));
  const columns = ['record', 'decision', 'who'] as const;
  const caption = say('adopt.decided', { count: decisions.size });
  const from = offsetOf(visit);
  const lines = [...decisions].slice(from, from + pageSize).map(
    ([
      row,
      decision,
    ]) => html`<tr><td><bdi>${row.desired?.label}</bdi> <a href="${questionPath(desk, row)}">${row.idnumber}</a></td>
<td>${decisionWord(say, decision)}</td><td>${madeBy(visit, ofRecord.get(row.idnumber)!)}</td></tr>\n`,
  );
  return html`<details${from > 0 && html` open`}><summary>${caption}</summary><div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table><caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${say(`adopt.column.${column}`)}</th>`)}</tr></thead>
<tbody>${lines}</tbody></table></div>${pager(visit, decisions.size)}</details>`;
}

function applySection(visit: Visit, desk: AdoptDesk): Html | false {
  const { say } = visit;
  const { planned, overwritten } = plan(desk);
  const form = changeForm(
    visit,
    `${desk.path}/apply`,
    html`${hiddenFields({ back: desk.path })}<button>${say('adopt.apply')}</button>`,
  );
  return html`<h2>${say('adopt.applying')}</h2><p>${say('adopt.would', { count: planned.length })}</p>
${overwritesSentence(visit, overwritten)}${form}`;
}

function plan({ looked, review }: AdoptDesk) {
  const planned = plannedOf(looked.before, review.decisions, review.refused);
  const overwritten = planned.map(({ row, observed }) => ({
    kind: row.kind,
    overwrites: row.wouldOverwrite?.(observed) ?? [],
  }));
  return { planned, overwritten };
}

/** The question: the one that is named, else the first that is open. */
function askView(visit: Visit, desk: AdoptDesk): Shown {
  const row = namedRow(desk, visit.query) ?? desk.open[0];
  return row ? questionView(visit, desk, row) : deskView(visit, desk);
}

/** Adopts, by the command itself: it looks anew, and carries out what is kept then. */
async function apply(visit: Visit): Promise<Done> {
  const { say } = visit;
  const desk = await deskOf(visit);
  if (!desk) return { said: say('job.forgotten'), to: '/adopt' };
  const { planned, overwritten } = plan(desk);
  const fields = overwritten.reduce((sum, { overwrites }) => sum + overwrites.length, 0);
  const { id } = desk.looked.moodle.instance;
  const decided = desk.review.decisions.size;
  confirm(
    visit,
    html`<p>${say('adopt.confirm', { count: planned.length, decided, fields, open: desk.open.length, instance: id })}</p>`,
  );
  const job = visit.begin(() => adopt(visit.context, { instance: id, apply: true }), `adopt ${id}`);
  return { said: say('adopt.begun'), to: `/adopt/applied/${job}` };
}

/** What came of it. */
async function appliedView(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const job = visit.job(visit.params.job ?? '');
  if (job?.state !== 'done') return waiting(visit);
  const { data } = job.result as CommandResult<AdoptionData>;
  const { instance, adopted_now: count, problems, counts, kept_decisions } = data;
  const refused = kept_decisions.filter((each) => each.refused !== null);
  const open = Object.values(counts).reduce((sum, { ambiguous, conflict }) => sum + ambiguous + conflict, 0);
  const lines = [
    ...problems.map(({ idnumber, problem }) => html`<li>${idnumber}: ${translated(visit, problem)}</li>`),
    ...refused.map(
      (each) =>
        html`<li>${each.idnumber}: ${decisionWord(say, each.decision)}, <span lang="en">${each.refused ?? ''}</span></li>`,
    ),
  ];
  return {
    title: say('adopt.of', { instance }),
    body: html`<p class="good" role="status">${say('adopt.adopted', { count })}</p>
<p>${say('adopt.still_open', { count: open })}</p>
${lines.length > 0 && html`<h2>${say('adopt.not_adopted')}</h2><ul>${lines}</ul>`}
<form method="post" action="/adopt/look">${hiddenFields({ instance })}<button data-key="Enter">${say('adopt.look_again')}</button></form>`,
  };
}
