import type { Plan, PlanEntry, PlannedInstance } from '#cli/commands/plan/plan.ts';
import { dataTable, english } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import { type PlannedOutcome, plannedOutcomes } from '#shared/operate/plan/instance-plan.ts';
import type { ChangeKind } from '#shared/operate/plan/planned-changes.ts';
import { whenFound } from './found.ts';
import { pushForm } from './push.ts';

/** The figures of a plan: each leads to the records that it counts. */
export function planSummary(visit: Visit): Promise<Shown> {
  const { say } = visit;
  return whenFound(visit, ({ instances, unreadable }: Plan) => ({
    body: html`${instances.map((entry) => instanceSection(visit, entry))}
${unreadable.map((message) => html`<p class="bad" role="alert">${english(message)}</p>`)}
<p><a href="/plan">${say('plan.anew')}</a></p>`,
  }));
}

function instanceSection(visit: Visit, entry: PlanEntry): Html {
  const { say } = visit;
  const heading = html`<h2>${entry.instance}</h2>${entry.is_paused && html`<p class="warn">${say('plan.paused')}</p>`}`;
  if (entry.status === 'unknown') {
    const { reason, advice } = entry.problem;
    return html`${heading}<p class="bad" role="alert">${say('plan.unknown')}</p>
<p>${english(reason)}</p><p>${english(advice)}</p>`;
  }
  const { instance, would_change, passwords_by_mail: mailed } = entry;
  return html`${heading}<p>${would_change ? say('plan.would_change') : say('plan.would_not')}</p>
${mailed > 0 && html`<p class="warn">${say('plan.mail', { count: mailed })}</p>`}
${brakes(visit, entry)}${failures(visit, entry)}${countsTable(visit, entry)}${kindsTable(visit, entry)}
${entry.services.length > 0 && html`<p><a href="${recordsAddress(visit, instance)}">${say('plan.all_records')}</a></p>`}
${would_change && pushForm(visit, { instance })}`;
}

/** The address of the records of a plan. @param chosen which of them */
export function recordsAddress({ params }: Visit, instance: string, chosen: Record<string, string> = {}) {
  return `/plan/found/${params.job}/${instance}?${new URLSearchParams(chosen)}`;
}

function countsTable(visit: Visit, { instance, services }: PlannedInstance): Html | false {
  if (services.length === 0) return false;
  const { say } = visit;
  const total = (outcome: PlannedOutcome) => services.reduce((sum, plan) => sum + plan[outcome], 0);
  const shown = plannedOutcomes.filter((outcome) => total(outcome) > 0);
  const columns = shown.map((outcome) => ({ title: say(`plan.outcome.${outcome}`), isNumeric: true }));
  const rows = services.map((plan) => [
    say(`service.${plan.service}`),
    ...shown.map((outcome) => {
      const to = recordsAddress(visit, instance, { service: plan.service, outcome });
      return plan[outcome] > 0 && html`<a href="${to}">${plan[outcome].toLocaleString(visit.language)}</a>`;
    }),
  ]);
  return dataTable(say('plan.counts', { instance }), [{ title: say('plan.what') }, ...columns], rows);
}

function kindsTable(visit: Visit, { instance, services }: PlannedInstance): Html | false {
  const { say } = visit;
  const rows = services.flatMap(({ service, changes }) =>
    Object.entries(changes).map(([kind, count]) => [
      say(`service.${service}`),
      say(`plan.kind.${kind as ChangeKind}`),
      html`<a href="${recordsAddress(visit, instance, { service, kind })}">${count.toLocaleString(visit.language)}</a>`,
    ]),
  );
  const columns = [
    ...[{ title: say('plan.what') }, { title: say('plan.kind_of_change') }],
    { title: say('plan.count'), isNumeric: true },
  ];
  return rows.length > 0 && dataTable(say('plan.kinds', { instance }), columns, rows);
}

function brakes({ say }: Visit, { brakes: all }: PlannedInstance): Html | false {
  if (all.length === 0) return false;
  const items = all.map(({ service, is_on_already, held, limit, holds }) => {
    const key = is_on_already ? 'plan.brake_is' : 'plan.brake_would';
    return html`<li>${say(key, { service: say(`service.${service}`), held, limit, holds })}</li>`;
  });
  return html`<h3>${say('plan.brakes')}</h3><ul class="warn">${items}</ul>
<p><a href="/held">${say('plan.to_brake')}</a></p>`;
}

function failures(visit: Visit, { instance, failures: all }: PlannedInstance): Html | false {
  const { say } = visit;
  if (all.length === 0) return false;
  const to = recordsAddress(visit, instance, { outcome: 'failed' });
  const isNew = all.filter(({ is_new }) => is_new).length;
  return html`<p class="bad"><a href="${to}">${say('plan.failures', { count: all.length })}</a>
${say('plan.failures_new', { count: isNew })}</p>`;
}
