import { plan } from '#cli/commands/plan/plan.ts';
import { fieldsOf, type Shown, type Visit } from '#cli/console/visit.ts';
import { html } from '#shared/http/html.ts';
import { modelOfForm, modelSelect } from './model-choice.ts';
import { pushForm } from './push.ts';

/** Which Moodles and which records. */
export async function choosePlan(visit: Visit): Promise<Shown> {
  const { say } = visit;
  const { instances, unreadable } = await (await visit.deployment()).instances.list();
  const rows = instances.toSorted((a, b) => a.id.localeCompare(b.id));
  const title = say('plan.title');
  if (rows.length + unreadable.length === 0) {
    return { title, body: html`<p>${say('plan.none')} <a href="/settings">${say('settings.title')}</a></p>` };
  }
  const boxes = rows.map(
    ({ id, status }) =>
      html`<label><input type="checkbox" name="instance" value="${id}"${status !== 'disabled' && html` checked`}>
${id} (${say(`instance.status.${status}`)})</label>`,
  );
  return {
    title,
    body: html`<p>${say('plan.lead')}</p>
<form method="post" action="/plan/begin"><fieldset><legend>${say('plan.moodles')}</legend>${boxes}</fieldset>
${modelSelect(visit)}
<p class="buttons"><button data-key="Enter">${say('plan.begin')}</button></p></form>
${pushForm(visit, { instances: rows.map(({ id }) => id) })}`,
  };
}

/** Begins the dry run of `oec-moodle plan --details`. */
export async function beginPlan(visit: Visit): Promise<string> {
  const instance = fieldsOf(visit.form, 'instance');
  const model = modelOfForm(visit);
  const options = { details: true, ...(instance.length > 0 && { instance }), ...(model && { model }) };
  return `/plan/found/${visit.begin(() => plan(visit.context, options))}`;
}
