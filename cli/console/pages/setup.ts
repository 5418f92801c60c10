import { type AddedInstance, addInstance } from '#cli/commands/instance/add.ts';
import { type LoadedRecords, loadFile } from '#cli/commands/records/load.ts';
import { begun, jobShown } from '#cli/console/job-view.ts';
import type { Page } from '#cli/console/page.ts';
import { changeForm, dataTable, english, selectField, translated } from '#cli/console/parts.ts';
import { type Done, field, type Shown, type Visit } from '#cli/console/visit.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { ownTimeZone } from '#cli/prompts.ts';
import { type Html, html } from '#shared/http/html.ts';
import { isPushedModel, pushedModels } from '#shared/models/models.ts';

/** The first steps: a Moodle is registered, and records are loaded from a file. */
export const setupPage: Page = {
  path: '/setup',
  title: 'setup.title',
  views: {
    '/setup': async (visit) => ({
      title: visit.say('setup.title'),
      body: html`${await registeredNow(visit)}${registerForm(visit)}${loadForm(visit)}`,
    }),
    '/setup/registered/:job': async (visit) =>
      through(visit, (result) => registeredHtml(visit, (result as Registered).data)),
    '/setup/records/:job': async (visit) =>
      through(visit, (result) => checkedHtml(visit, result as CheckedFile)),
    '/setup/loaded/:job': async (visit) =>
      through(visit, (result) => loadedHtml(visit, result as LoadedRecords)),
  },
  changes: {
    '/setup/register': register,
    '/setup/check': checkFile,
    '/setup/load/:job': load,
  },
};

type Registered = Awaited<ReturnType<typeof addInstance>>;

/** A file that was sent, and what is in it. Both are forgotten with the work. */
interface CheckedFile {
  file: Uint8Array;
  model: string;
  found: LoadedRecords;
}

function through(visit: Visit, shown: (result: unknown) => Html): Shown {
  const job = visit.job(visit.params.job!);
  const title = visit.say('setup.title');
  if (job?.state === 'done') return { title, body: shown(job.result) };
  return jobShown(visit, job, title);
}

async function registeredNow({ say, deployment }: Visit): Promise<Html> {
  const ids = await (await deployment()).instances.ids();
  if (ids.length === 0) return html`<p>${say('plan.none')}</p>`;
  return html`<p>${say('setup.registered_now', { instances: ids.toSorted().join(', ') })}
<a href="/settings">${say('settings.title')}</a> · <a href="/plan">${say('plan.title')}</a></p>`;
}

function registerForm(visit: Visit): Html {
  const { say } = visit;
  const passwords = [
    ['random', say('setup.password.random')],
    ['mailed', say('setup.password.mailed')],
  ] as const;
  const form = changeForm(
    visit,
    '/setup/register',
    html`<p><label>${say('setup.id')} <input name="id" required pattern="[a-z0-9\\-]+" value="main"></label>
<label>${say('setup.address')} <input name="url" type="url" required size="36"></label></p>
<p><label>${say('setup.token')} <input name="token" type="password" required autocomplete="off" size="36"></label>
<label>${say('setup.time_zone')} <input name="time_zone" required value="${ownTimeZone()}"></label></p>
<p>${selectField(say('setup.password'), 'password', passwords, 'random')}</p>
<p><label><input type="checkbox" name="paused" value="yes"> ${say('setup.paused')}</label>
<label><input type="checkbox" name="replace" value="yes"> ${say('setup.replace')}</label>
<label><input type="checkbox" name="force" value="yes"> ${say('setup.force')}</label></p>
<p class="buttons"><button>${say('setup.check_and_register')}</button></p>`,
  );
  return html`<section aria-labelledby="register"><h2 id="register">${say('setup.register')}</h2>
<p>${say('setup.register_note')}</p>${form}</section>`;
}

/** `oec-moodle instance add`. The token goes from here into its secret, and is in no page and no address. */
async function register(visit: Visit): Promise<Done> {
  const { say, form, context } = visit;
  const isTicked = (name: string) => field(form, name) === 'yes';
  const [id, url, token] = [field(form, 'id').trim(), field(form, 'url').trim(), field(form, 'token').trim()];
  const asked = {
    ...context,
    // A page that asks would have to carry the token along.
    confirm: async (what: string) => {
      throw new OperatorError(what, say('setup.tick_replace'));
    },
  };
  const options = {
    url,
    token,
    paused: isTicked('paused'),
    force: isTicked('force'),
    yes: isTicked('replace'),
  };
  const assignments = [
    `time_zone=${field(form, 'time_zone')}`,
    `new_accounts.password=${field(form, 'password')}`,
  ];
  const job = await begun(visit, () => addInstance(asked, options, id, assignments));
  return { to: `/setup/registered/${job}` };
}

function registeredHtml(visit: Visit, data: AddedInstance): Html {
  const { say } = visit;
  const findings = data.health.findings.map(
    ({ severity, code, message, advice }) =>
      html`<li><strong>${translated(visit, severity)}</strong> <span class="code">${code}</span>: ${english(message)} ${english(advice)}</li>`,
  );
  const list = findings.length > 0 && html`<ul>${findings}</ul>`;
  if (!data.saved) {
    return html`<p class="bad" role="alert">${say('setup.refused')}</p>${list}
<p><a href="/setup">${say('layout.again')}</a></p>`;
  }
  const { id } = data.instance;
  return html`<p class="said" role="status">${say('setup.registered', { instance: id })}</p>${list}
<p><a href="/setup#load">${say('setup.load')}</a> · <a href="/plan">${say('plan.title')}</a> ·
<a href="/adopt">${say('adopt.title')}</a> · <a href="/settings/${id}">${say('settings.title')}</a></p>`;
}

function loadForm(visit: Visit): Html | false {
  const { say, isReadOnly } = visit;
  if (isReadOnly) return false;
  const models = pushedModels.map((model) => [model, `CSV: ${model}`] as const);
  return html`<section aria-labelledby="load"><h2 id="load">${say('setup.load')}</h2>
<p>${say('setup.load_note')}</p>
<form method="post" action="/setup/check" enctype="multipart/form-data">
<p><label>${say('setup.file')} <input type="file" name="file"></label>
${selectField(say('setup.format'), 'model', models, '', say('setup.json_lines'))}</p>
<p><label>${say('setup.pasted')}<br><textarea name="pasted" rows="4" cols="60" spellcheck="false"></textarea></label></p>
<p class="buttons"><button>${say('setup.check')}</button></p></form></section>`;
}

/** `oec-moodle records load --dry-run`: what is in the file is said before anything is loaded. */
async function checkFile(visit: Visit): Promise<Done> {
  const { form, files, say } = visit;
  const sent = files.file;
  const file = sent && sent.length > 0 ? sent : Buffer.from(field(form, 'pasted'));
  if (file.length === 0) throw usageError(say('setup.nothing'), say('setup.nothing_advice'));
  const model = field(form, 'model');
  const work = async (): Promise<CheckedFile> => ({
    file,
    model,
    found: await loaded(visit, file, model, true),
  });
  return { to: `/setup/records/${await begun(visit, work, 'setup: file')}` };
}

/** `oec-moodle records load`. */
async function load(visit: Visit): Promise<Done> {
  const job = visit.job(visit.params.job!);
  if (job?.state !== 'done') throw usageError(visit.say('job.forgotten'), visit.say('setup.nothing_advice'));
  const { file, model } = job.result as CheckedFile;
  return { to: `/setup/loaded/${await begun(visit, () => loaded(visit, file, model, false))}` };
}

async function loaded({ context }: Visit, file: Uint8Array, model: string, dryRun: boolean) {
  const options = { ...(isPushedModel(model) && { model }), dryRun, timeout: 0 };
  return (await loadFile(context, options, inOnePart(file))).data;
}

async function* inOnePart(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}

function checkedHtml(visit: Visit, { found }: CheckedFile): Html {
  const { say, params } = visit;
  const good = Object.entries(found.good);
  const total = good.reduce((sum, [, count]) => sum + count, 0);
  const columns = [{ title: say('setup.model') }, { title: say('setup.records'), isNumeric: true }];
  return html`${good.length > 0 && html`<h2>${say('setup.found')}</h2>${dataTable(say('setup.found'), columns, good)}`}
${badLines(visit, found)}
${
  total > 0 &&
  changeForm(
    visit,
    `/setup/load/${params.job}`,
    html`<p class="buttons"><button data-key="Enter">${say('setup.load_these', { count: total })}</button>
<a href="/setup">${say('confirm.leave')}</a></p>`,
  )
}`;
}

function loadedHtml(visit: Visit, data: LoadedRecords): Html {
  const { say } = visit;
  return html`<p class="said" role="status">${say('setup.loaded', { written: data.written, unchanged: data.unchanged })}</p>
${badLines(visit, data)}
<p><a href="/plan">${say('plan.title')}</a> · <a href="/failures">${say('failures.title')}</a> · <a href="/setup">${say('setup.title')}</a></p>`;
}

/** Bad lines that are shown. */
const mostShown = 50;

function badLines(visit: Visit, { bad, bad_lines }: LoadedRecords): Html | false {
  const { say } = visit;
  if (bad_lines === 0) return false;
  const columns = [
    { title: say('setup.line') },
    { title: say('setup.record') },
    { title: say('setup.field') },
    { title: say('setup.reason') },
  ];
  const rows = bad
    .slice(0, mostShown)
    .map(({ line, model = '', id = '', field: name = '', reason }) => [
      String(line),
      `${model} ${id}`.trim(),
      name,
      translated(visit, reason),
    ]);
  return html`<p class="bad">${say('setup.bad_lines', { count: bad_lines })}</p>
${dataTable(say('setup.bad_lines', { count: bad_lines }), columns, rows)}`;
}
