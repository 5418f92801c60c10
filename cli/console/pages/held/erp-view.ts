import { heldInErp } from '#cli/commands/erp/give-word.ts';
import { changeForm, hiddenFields, translated } from '#cli/console/parts.ts';
import type { Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { wordField } from './word.ts';

type Model = Awaited<ReturnType<typeof heldInErp>>['models'][number];
type Finding = Awaited<ReturnType<typeof heldInErp>>['findings'][number];

/** Deletions that the ERP's side holds, and records that it does not believe; nothing where there is no ERP. */
export async function erpHtml(visit: Visit): Promise<Html | false> {
  const { say, context } = visit;
  const { erp } = await visit.deployment();
  if (!erp) return false;
  const { models, findings } = await heldInErp(context);
  return html`<h2>${say('held.erp')}</h2>
<p>${say('held.erp_note')}</p>
${models.length === 0 && html`<p>${say('held.erp_nothing')}</p>`}
${models.map((model) =>
  modelHtml(
    visit,
    model,
    findings.filter((finding) => finding.model === model.model),
  ),
)}`;
}

function modelHtml(
  visit: Visit,
  { model, held, released_until, accepted_until }: Model,
  findings: Finding[],
): Html {
  const { say } = visit;
  const isOld = findings.some(({ code }) => code !== 'deletions-held');
  return html`<h3>${model}</h3>
${held !== undefined && html`<p class="bad">${say('held.erp_held', { count: held })}</p>`}
${released_until !== undefined && html`<p>${say('held.released_until', { time: minuteOf(released_until) })}</p>`}
${accepted_until !== undefined && html`<p>${say('held.accepted_until', { time: minuteOf(accepted_until) })}</p>`}
${findings.map(
  ({
    message,
    advice,
    count = 0,
    ids = [],
  }) => html`<p>${translated(visit, message)} ${translated(visit, advice)}</p>
${
  ids.length > 0 &&
  html`<details><summary>${say('held.erp_records', { count, shown: ids.length })}</summary>
<ul class="long">${ids.map((id) => html`<li>${id}</li>`)}</ul></details>`
}`,
)}
${held !== undefined && wordForm(visit, model, 'release')}
${isOld && wordForm(visit, model, 'accept')}`;
}

function wordForm(visit: Visit, model: string, word: 'release' | 'accept'): Html | false {
  const { say } = visit;
  return changeForm(
    visit,
    '/held/word',
    html`${hiddenFields({ model, word, back: '/held' })}${wordField(visit)}
<p class="buttons"><button>${say(`held.erp_${word}`)}</button></p>`,
  );
}
