import { planRelease, type ReleaseData, releaseBrakeOf } from '#cli/commands/brake/release.ts';
import { type DriftData, type DriftEntry, drift, repairDrift, toRepair } from '#cli/commands/drift/drift.ts';
import { acceptErp, heldInErp, releaseErp } from '#cli/commands/erp/give-word.ts';
import { confirm } from '#cli/console/confirm.ts';
import { begun, jobShown } from '#cli/console/job-view.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { usageError } from '#cli/operator-error.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { isPushedModel, pushedModels } from '#shared/models/models.ts';
import { isMarkBrake } from '#shared/moodle/brakes.ts';
import { brakeIn, serviceWord } from './brakes-view.ts';
import { lengthText, wordIn } from './word.ts';

/** So many of what is held are named. */
const named = 20;

/** A release whose records go on meanwhile. */
export async function workView(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const job = visit.job(visit.params.job!);
  if (job?.state !== 'done') return jobShown(visit, job, say('held.title'));
  const { instance, service, released_until, kept_until, held, queued } = job.result as ReleaseData;
  const values = { service: serviceWord(visit, service), instance, held, queued };
  const done =
    released_until === undefined
      ? say('held.kept', { ...values, time: minuteOf(kept_until ?? '') })
      : say('held.released', { ...values, time: minuteOf(released_until) });
  return {
    title: say('failures.done'),
    body: html`<p role="status">${done}</p>
${released_until !== undefined && queued < held && html`<p>${say('held.not_yet')}</p>`}
<p><a href="/held">${say('held.back')}</a></p>`,
  };
}

/** Releases a brake, or keeps what it holds, once that is confirmed. */
export async function release(visit: Visit): Promise<Done> {
  const { context, form } = visit;
  const { instance, service } = brakeIn(form);
  const isKept = field(form, 'keep') === 'yes';
  const milliseconds = wordIn(visit);
  const { brake, held } = await planRelease(context, instance, service);
  confirm(visit, await releaseQuestion(visit, { service, isKept, milliseconds, held, limit: brake.limit }));
  const options = { for: milliseconds, keep: isKept };
  const job = await begun(
    visit,
    async () => (await releaseBrakeOf(context, options, instance, service)).data,
  );
  return { to: `/held/work/${job}` };
}

async function releaseQuestion(
  visit: Visit,
  {
    service,
    isKept,
    milliseconds,
    held,
    limit,
  }: {
    service: ReleaseData['service'];
    isKept: boolean;
    milliseconds: number;
    held: { count: number; names: string[] };
    limit: number;
  },
): Promise<Html> {
  const { say } = visit;
  const length = lengthText(visit, milliseconds);
  const others = held.names.length - named;
  const meant = isKept
    ? say('held.keep_means', { length })
    : say(isMarkBrake(service) ? 'held.release_marks_means' : 'held.release_means', {
        length,
        limit,
        service: serviceWord(visit, service),
      });
  return html`<p>${say('held.count', { count: held.count })}</p>
<ul>${held.names.slice(0, named).map((name) => html`<li>${name}</li>`)}
${others > 0 && html`<li>${say('failures.others', { count: others })}</li>`}</ul><p>${meant}</p>`;
}

/** Gives the word about records of the ERP: that deletions are meant, or that the ERP is right. */
export async function giveWord(visit: Visit): Promise<Done> {
  const { context, form, say } = visit;
  const model = field(form, 'model');
  if (!isPushedModel(model))
    throw usageError('There is no such model.', `There is ${pushedModels.join(', ')}.`);
  const options = { for: wordIn(visit) };
  const length = lengthText(visit, options.for);
  if (field(form, 'word') === 'accept') {
    confirm(visit, html`<p>${say('held.erp_accept_means', { model, length })}</p>`);
    const { data } = await acceptErp(context, options, model);
    return { to: '/held', said: say('held.erp_accepted', { model, time: minuteOf(data.accepted_until) }) };
  }
  const held = (await heldInErp(context)).models.find((each) => each.model === model)?.held ?? 0;
  confirm(
    visit,
    html`<p>${say('held.erp_held', { count: held })}</p><p>${say('held.erp_release_means', { model, length })}</p>`,
  );
  const { data } = await releaseErp(context, options, model);
  return { to: '/held', said: say('held.erp_released', { model, time: minuteOf(data.released_until) }) };
}

export async function compare(visit: Visit): Promise<string> {
  const { context, form } = visit;
  const instance = field(form, 'instance');
  const options = instance === '' ? {} : { instance: [instance] };
  return `/held/drift/${await begun(visit, async () => (await drift(context, options)).data)}`;
}

/** Has pushed again what a comparison has found in one Moodle, once that is confirmed. */
export async function repair(visit: Visit): Promise<Done> {
  const { context, form, say } = visit;
  const job = visit.job(field(form, 'job'));
  if (job?.state !== 'done') throw usageError('The comparison is not there any more.', 'Compare anew.');
  const data = job.result as DriftData;
  const entry = data.instances.find(({ instance }) => instance === field(form, 'instance'));
  if (!entry) throw usageError('The comparison has no such Moodle.', 'Compare anew.');
  const findings = toRepair(entry);
  const kinds = [...Map.groupBy(findings, ({ kind }) => kind)];
  confirm(
    visit,
    html`<p>${say('held.repair_means', { count: findings.length, instance: entry.instance })}</p>
<ul>${kinds.map(([kind, own]) => html`<li>${say(`held.kind.${kind}`)}: ${own.length}</li>`)}</ul>`,
  );
  const repaired: DriftEntry = { ...entry };
  const to = await begun(visit, async (): Promise<DriftData> => {
    await repairDrift(context, {}, [repaired]);
    const instances = data.instances.map((each) => (each.instance === entry.instance ? repaired : each));
    return { ...data, instances };
  });
  return { to: `/held/drift/${to}` };
}
