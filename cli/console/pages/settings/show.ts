import { assignmentsIn } from '#cli/commands/instance/assignments.ts';
import { type Change, wouldChange } from '#cli/commands/instance/set.ts';
import { changeForm, dataTable, english, hiddenFields } from '#cli/console/parts.ts';
import { fieldsOf, type Shown, type Visit } from '#cli/console/visit.ts';
import { writtenSettings } from '#cli/instances.ts';
import { OperatorError } from '#cli/operator-error.ts';
import { type Html, html } from '#shared/http/html.ts';
import { settingMeanings } from '#shared/moodle/instance/setting-meanings.ts';
import {
  openSettings,
  SettingError,
  type SettingProblem,
  settingKind,
} from '#shared/moodle/instance/settings.ts';
import { type FormField, formFields } from './fields.ts';
import { tryForm } from './try.ts';

/** The form; and what the changes of the address would make of the settings, or what is wrong with them. */
export async function showSettings(visit: Visit): Promise<Shown> {
  const { say, params, query } = visit;
  const id = params.id!;
  const deployment = await visit.deployment();
  const stored = await writtenSettings(deployment, id);
  const assignments = fieldsOf(query, 'set');
  const { changes, problems } = await judged(() => wouldChange(deployment, id, assignmentsIn(assignments)));
  const typed = new Map(
    assignments.map((text) => [text.split('=', 1)[0]!, text.slice(text.indexOf('=') + 1)]),
  );
  const groups = Map.groupBy(formFields(stored), ({ name }) => name.split('.')[0]!);
  const named = new Set([...groups.values()].flat().map(({ name }) => name));
  const others = problems.filter(({ name }) => !named.has(name));
  const about = { typed, problems };
  const more = assignments.filter((text) => !named.has(text.split('=', 1)[0]!));
  return {
    title: say('settings.of', { instance: id }),
    body: html`<p class="long">${String(stored.base_url)}</p>${standing(visit, id, String(stored.status ?? 'active'))}
${problems.length > 0 && html`<p class="bad" role="alert">${say('settings.wrong', { count: problems.length })}</p>`}
${others.map(({ name, message }) => html`<p class="bad">${name}: ${english(message)}</p>`)}
${problems.length === 0 && assignments.length > 0 && outcome(visit, id, assignments, changes)}
<h2>${say('settings.form')}</h2><p>${say('settings.empty')}</p>
<form method="post" action="/settings/${id}/check">
${[...groups].map(([group, fields]) => groupHtml(visit, group, fields, about))}
<p><label>${say('settings.more')}<br><textarea name="more" rows="3" aria-describedby="help-more" dir="auto">${more.join('\n')}</textarea></label>
<span class="soft code" id="help-more">${openSettings.join(', ')}</span></p>
<p class="buttons"><button>${say('settings.check')}</button></p></form>
<p>${say('settings.terminal')} <code>oec-moodle instance set ${id} --token-file FILE</code></p>
<p><a href="/settings">${say('settings.back')}</a></p>`,
  };
}

/** What is wrong with settings stands beside their fields. @throws what is wrong with something else */
async function judged(
  work: () => Promise<{ changes: Change[] }>,
): Promise<{ changes: Change[]; problems: readonly SettingProblem[] }> {
  try {
    return { changes: (await work()).changes, problems: [] };
  } catch (error) {
    const { cause } = error instanceof OperatorError ? error : {};
    if (!(cause instanceof SettingError)) throw error;
    const { problems } = cause;
    return { changes: [], problems: problems.length > 0 ? problems : [{ name: '', message: cause.message }] };
  }
}

function outcome(visit: Visit, id: string, assignments: string[], changes: Change[]): Html {
  const { say } = visit;
  if (changes.length === 0) return html`<p role="status">${say('settings.same')}</p>`;
  const columns = [
    { title: say('settings.setting') },
    { title: say('settings.before') },
    { title: say('settings.after') },
  ];
  const rows = changes.map(({ name, before, after }) => [
    html`<span class="code">${name}</span>`,
    html`<span class="long">${before}</span>`,
    html`<span class="long">${after}</span>`,
  ]);
  const kept = hiddenFields({ set: assignments, back: `/settings/${id}` });
  const button = html`${kept}<p class="buttons"><button>${say('settings.save')}</button></p>`;
  return html`<div role="status"><h2>${say('settings.would')}</h2>${dataTable(say('settings.changes'), columns, rows)}</div>
${tryForm(visit, id, assignments)}${changeForm(visit, `/settings/${id}/save`, button)}`;
}

interface Judged {
  typed: ReadonlyMap<string, string>;
  problems: readonly SettingProblem[];
}

function groupHtml(visit: Visit, group: string, fields: readonly FormField[], judged: Judged): Html {
  const meaning = settingMeanings[group as keyof typeof settingMeanings];
  return html`<fieldset><legend class="code">${group}</legend><p class="note" id="help-${group}" lang="en">${withCode(meaning)}</p>
${fields.map((field) => fieldHtml(visit, field, group, judged))}</fieldset>`;
}

function fieldHtml({ say }: Visit, field: FormField, group: string, { typed, problems }: Judged): Html {
  const { name, written } = field;
  const value = typed.get(name) ?? written;
  const problem = problems.find((each) => each.name === name);
  const wrong =
    problem && html`<br><span class="bad" id="problem-${name}">${english(problem.message)}</span>`;
  const ids = problem ? `problem-${name} help-${group}` : `help-${group}`;
  const attributes = html`name="${name}" aria-describedby="${ids}"${problem && html` aria-invalid="true"`}`;
  const standard = say('settings.default', { value: field.default || '–' });
  const choices = choicesOf(name);
  const control = choices
    ? html`<select ${attributes}><option value="">${standard}</option>${choices.map(
        (each) => html`<option value="${each}"${each === value && html` selected`}>${each}</option>`,
      )}</select>`
    : html`<input ${attributes} value="${value}" dir="auto">`;
  return html`<p><label><span class="code">${name}</span><br>${control}</label>
${!choices && html`<span class="soft">${standard}</span>`}${wrong}</p>`;
}

function choicesOf(name: string): readonly string[] | undefined {
  const kind = settingKind(name);
  if (kind.type === 'true or false') return ['true', 'false'];
  return kind.type === 'choice' ? kind.choices : undefined;
}

function standing(visit: Visit, id: string, status: string): Html {
  const { say } = visit;
  const others = (['active', 'paused', 'disabled'] as const).filter((each) => each !== status);
  const buttons = others.map(
    (each) => html`<button name="status" value="${each}">${say(`settings.become.${each}`)}</button> `,
  );
  const now = say(`instance.status.${status as 'active'}`);
  return html`<p>${say('settings.is', { status: now })}</p>
${changeForm(visit, `/settings/${id}/status`, html`${hiddenFields({ back: `/settings/${id}` })}<p class="buttons">${buttons}</p>`)}`;
}

/** What stands in backticks is code. */
function withCode(text: string): Html {
  const parts = text.split('`');
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
