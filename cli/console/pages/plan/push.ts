import type { CommandResult } from '#cli/command.ts';
import { type PushedNow, pushNow } from '#cli/commands/sync/push.ts';
import { confirm } from '#cli/console/confirm.ts';
import { jobShown } from '#cli/console/job-view.ts';
import { changeForm, dataTable, english, hiddenFields, selectField } from '#cli/console/parts.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { serviceNames } from '#shared/models/services.ts';
import { modelOfForm, modelSelect } from './model-choice.ts';

/** How long a push is followed, in milliseconds. */
const followed = 30 * 60_000;

/** The button that begins a push: of one instance, or of those to choose from. */
export function pushForm(
  visit: Visit,
  { instance, instances = [] }: { instance?: string; instances?: string[] },
): Html {
  const { say, path } = visit;
  const all = instances.map((id) => [id, id] as const);
  const which =
    instance === undefined
      ? html`${selectField(say('plan.moodle'), 'instance', all, '', say('plan.every_moodle'))} ${modelSelect(visit)}`
      : hiddenFields({ instance });
  const form = changeForm(
    visit,
    '/plan/push',
    html`${which}<input type="hidden" name="back" value="${path}"><button>${say('plan.push')}</button>`,
  );
  if (instance !== undefined || !form) return html`${form}`;
  return html`<h2>${say('plan.push')}</h2><p>${say('plan.push_lead')}</p>${form}`;
}

/** Begins `oec-moodle sync push` once it is confirmed. */
export async function beginPush(visit: Visit): Promise<Done> {
  const [instance, model] = [field(visit.form, 'instance'), modelOfForm(visit)];
  const about = {
    instance: instance || visit.say('plan.every_moodle'),
    model: model ?? visit.say('model.all'),
  };
  confirm(visit, html`<p>${visit.say('plan.push_confirm', about)}</p>`);
  const options = { wait: true, timeout: followed, ...(instance && { instance }), ...(model && { model }) };
  const job = visit.begin(() => pushNow(visit.context, options));
  return { to: `/plan/pushed/${job}`, said: visit.say('plan.push_begun') };
}

/** How a push goes on, and what came of it. */
export async function pushed(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const job = visit.job(visit.params.job!);
  const title = say('plan.pushed_title');
  const back = html`<p><a href="/plan">${say('plan.anew')}</a></p>`;
  if (job?.state !== 'done') return jobShown(visit, job, title, back);
  const { end, instances = [], left_out: leftOut } = (job.result as CommandResult<PushedNow>).data;
  const columns = [
    ...[{ title: say('plan.moodle') }, { title: say('plan.what') }],
    ...(['pushed', 'failed', 'not_synced'] as const).map((name) => ({
      ...{ title: say(`plan.push.${name}`), isNumeric: true },
    })),
  ];
  const rows = instances.flatMap(({ instance, services }) =>
    serviceNames.flatMap((service) => {
      const counts = services[service];
      if (!counts) return [];
      return [[instance, say(`service.${service}`), counts.pushed, counts.failed, counts.not_synced]];
    }),
  );
  return {
    title,
    body: html`${end && html`<p role="status">${say(`plan.push_end.${end}`)}</p>`}
${rows.length > 0 ? dataTable(say('plan.push_came'), columns, rows) : html`<p>${say('plan.push_nothing')}</p>`}
${leftOut.map(({ reason, advice }) => html`<p class="warn">${english(`${reason} ${advice}`)}</p>`)}
<p><a href="/failures">${say('plan.to_failures')}</a></p>${back}`,
  };
}
