import { type DriftData, type DriftEntry, toRepair } from '#cli/commands/drift/drift.ts';
import { jobShown } from '#cli/console/job-view.ts';
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
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { Finding } from '#shared/moodle/drift/finding.ts';
import { isPersonal } from '#shared/moodle/drift/finding.ts';
import type { DriftValue } from '#shared/moodle/mappings/drift-note.ts';

/** Has what Moodle holds compared with what was pushed: that asks Moodle, so it is done where it is asked for. */
export async function compareHtml(visit: Visit): Promise<Html> {
  const { say } = visit;
  const { instances } = await visit.deployment();
  const ids = (await instances.ids()).toSorted();
  const options = ids.map((id) => [id, id] as const);
  return html`<h2>${say('held.drift')}</h2>
<p>${say('held.drift_note')}</p>
${
  ids.length > 0 &&
  html`<form method="post" action="/held/compare">${selectField(say('failures.instance'), 'instance', options, '', say('failures.any'))}
<button>${say('held.compare')}</button></form>`
}`;
}

/** What a comparison has found, by Moodle and kind, and each difference with both sides. */
export async function driftView(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const job = visit.job(visit.params.job!);
  const title = say('held.drift');
  if (job?.state !== 'done') return jobShown(visit, job, title);
  const { instances, unreadable } = job.result as DriftData;
  return {
    title,
    body: html`<p><a href="/held">${say('held.back')}</a></p>
${unreadable.map((problem) => html`<p class="bad" role="alert">${translated(visit, problem)}</p>`)}
${instances.map((entry) => entryHtml(visit, entry, job.id))}
${chosenHtml(visit, instances)}`,
  };
}

function entryHtml(visit: Visit, entry: DriftEntry, job: string): Html {
  const { say, path } = visit;
  const { instance } = entry;
  if (entry.status === 'unknown') {
    const { reason, advice } = entry.problem;
    return html`<h2>${instance}</h2><p class="bad">${translated(visit, reason)}</p><p>${translated(visit, advice)}</p>`;
  }
  const kinds = [...Map.groupBy(entry.findings, ({ kind }) => kind)];
  const count = toRepair(entry).length;
  return html`<h2>${instance}</h2>
<p>${say('held.differences', { count: entry.findings.length })}</p>
<ul>${kinds.map(
    ([kind, own]) =>
      html`<li><a href="${address(path, { instance, kind })}">${say(`held.kind.${kind}`)}</a>: ${own.length}</li>`,
  )}</ul>
${entry.queued > 0 && html`<p role="status">${say('held.queued', { count: entry.queued })}</p>`}
${
  entry.queued === 0 &&
  count > 0 &&
  changeForm(
    visit,
    '/held/repair',
    html`${hiddenFields({ job, instance, back: path })}
<p class="buttons"><button>${say('held.repair', { count })}</button></p>`,
  )
}`;
}

/** The differences of the kind that the address asks for, else all, by pages. */
function chosenHtml(visit: Visit, instances: readonly DriftEntry[]): Html | false {
  const { say, query } = visit;
  const [only, kind] = [field(query, 'instance'), field(query, 'kind')];
  const found = instances.flatMap((entry) =>
    entry.status === 'compared' && (only === '' || entry.instance === only)
      ? entry.findings
          .filter((finding) => kind === '' || finding.kind === kind)
          .map((finding) => ({ instance: entry.instance, finding }))
      : [],
  );
  if (found.length === 0) return false;
  const offset = offsetOf(visit);
  return html`<h2>${say('held.each')}</h2>
<div class="scroll" tabindex="0" role="region" aria-label="${say('held.each')}"><table>
<caption>${say('held.each')}</caption>
<thead><tr><th scope="col">${say('failures.record')}</th><th scope="col">${say('held.difference')}</th>
<th scope="col">${say('failures.field')}</th><th scope="col">OpenEduCat</th><th scope="col">Moodle</th>
<th scope="col">${say('held.action')}</th></tr></thead>
<tbody>${found.slice(offset, offset + pageSize).map(({ instance, finding }) => findingRow(visit, instance, finding))}</tbody></table></div>
${pager(visit, found.length)}`;
}

function findingRow(visit: Visit, instance: string, finding: Finding): Html {
  const { say } = visit;
  const { idnumber, kind, about, in_erp, in_moodle, action } = finding;
  const to = address('/failures/one', { target: 'moodle', first: instance, second: idnumber });
  const side = (value: DriftValue) => (isPersonal(finding) ? say('held.personal') : valueText(visit, value));
  return html`<tr><th scope="row" class="long"><a href="${to}">${instance} ${idnumber}</a></th><td>${say(`held.kind.${kind}`)}</td>
<td class="long">${about ?? ''}</td><td class="long" dir="auto">${side(in_erp)}</td><td class="long" dir="auto">${side(in_moodle)}</td>
<td>${say(`held.action.${action}`)}</td></tr>`;
}

function valueText({ say }: Visit, value: DriftValue): string {
  if (value === null || value === '') return '—';
  if (typeof value === 'boolean') return say(value ? 'held.yes' : 'held.no');
  return String(value);
}
