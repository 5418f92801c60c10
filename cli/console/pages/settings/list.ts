import { dataTable, english } from '#cli/console/parts.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { html } from '#shared/http/html.ts';

/** The Moodles to choose from. */
export async function listMoodles(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const { instances, unreadable } = await (await visit.deployment()).instances.list();
  const rows = instances
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .map(({ id, base_url, status }) => [
      html`<a href="/settings/${id}">${id}</a>`,
      html`<span class="long">${base_url}</span>`,
      say(`instance.status.${status}`),
    ]);
  const columns = [
    { title: say('plan.moodle') },
    { title: say('settings.address') },
    { title: say('settings.status') },
  ];
  return {
    title: say('settings.title'),
    body: html`${rows.length > 0 ? dataTable(say('settings.moodles'), columns, rows) : html`<p>${say('plan.none')}</p>`}
${unreadable.map(
  ({ instance, message }) =>
    html`<p class="bad"><a href="/settings/${instance}">${instance}</a>: ${english(message)}</p>`,
)}
<p><a href="/setup">${say('setup.register')}</a></p>`,
  };
}
