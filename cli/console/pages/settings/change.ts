import { setInstance } from '#cli/commands/instance/set.ts';
import { changeStatus } from '#cli/commands/instance/status.ts';
import { confirm } from '#cli/console/confirm.ts';
import { type Done, field, fieldsOf, type Visit } from '#cli/console/visit.ts';
import { writtenSettings } from '#cli/instances.ts';
import { usageError } from '#cli/operator-error.ts';
import { html } from '#shared/http/html.ts';
import { formFields } from './fields.ts';

/** Finds what was changed in the form, as `key=value`. */
export async function checkSettings(visit: Visit): Promise<string> {
  const id = visit.params.id!;
  const stored = await writtenSettings(await visit.deployment(), id);
  const search = new URLSearchParams();
  for (const { name, written } of formFields(stored)) {
    const value = field(visit.form, name).trim();
    if (value !== written) search.append('set', `${name}=${value}`);
  }
  const more = field(visit.form, 'more').split('\n');
  for (const line of more) if (line.trim() !== '') search.append('set', line.trim());
  return `/settings/${id}?${search}`;
}

/** `oec-moodle instance set`. */
export async function changeSettings(visit: Visit): Promise<Done> {
  const { say, form, context } = visit;
  const id = visit.params.id!;
  const assignments = fieldsOf(form, 'set');
  const list = assignments.map((text) => html`<li class="code long">${text}</li>`);
  confirm(visit, html`<p>${say('settings.confirm', { instance: id })}</p><ul>${list}</ul>`);
  await setInstance(context, {}, id, assignments);
  return { to: `/settings/${id}`, said: say('settings.saved') };
}

/** `oec-moodle instance pause`, `resume` and `disable`. */
export async function changeStanding(visit: Visit): Promise<Done> {
  const { say, form, context } = visit;
  const id = visit.params.id!;
  const status = field(form, 'status');
  if (status !== 'active' && status !== 'paused' && status !== 'disabled')
    throw usageError(`There is no status ${status}.`, 'Choose another one.');
  confirm(visit, html`<p>${say(`settings.consequence.${status}`, { instance: id })}</p>`);
  await changeStatus(status)(context, {}, id);
  const name = say(`instance.status.${status}`);
  return { to: `/settings/${id}`, said: say('settings.is', { status: name }) };
}
