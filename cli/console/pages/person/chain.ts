import { translated } from '#cli/console/parts.ts';
import type { Visit } from '#cli/console/visit.ts';
import { type Html, html } from '#shared/http/html.ts';
import type { ExplainedCourse, Explanation } from '#shared/operate/explain/explain-person.ts';
import type { Step, StepState } from '#shared/operate/explain/step.ts';

/** How a state is drawn: by a sign too, for those who see colours otherwise. */
const looks: Record<StepState, { sign: string; tone: string }> = {
  ok: { sign: '✓', tone: 'good' },
  stop: { sign: '✗', tone: 'bad' },
  waits: { sign: '…', tone: 'warn' },
  holds: { sign: '‖', tone: 'warn' },
  unknown: { sign: '?', tone: 'soft' },
};

/** The ways from the record to the courses of each Moodle; one that is not for the person is folded, and comes last. */
export function chainsHtml(visit: Visit, explanations: readonly Explanation[]): Html {
  const others = explanations.filter(({ obstacle }) => obstacle?.about === 'scope');
  return html`${explanations.filter((each) => !others.includes(each)).map((each) => chainHtml(visit, each))}
${others.map(
  (each) => html`<details><summary>${visit.say('person.not_here', { instance: each.instance })}</summary>
${chainHtml(visit, each)}</details>`,
)}`;
}

/** What is well is folded. */
function chainHtml(visit: Visit, { instance, steps, courses, obstacle }: Explanation): Html {
  const { say } = visit;
  const isBroken = (step: Step) => step.about === obstacle?.about && step.text === obstacle.text;
  const well = courses.filter(isWell);
  const rest = courses.filter((course) => !isWell(course));
  const heading = `moodle-${instance}`;
  return html`<section aria-labelledby="${heading}"><h2 id="${heading}">${say('person.in_moodle', { instance })}</h2>
${obstacle && html`<p class="bad">${translated(visit, obstacle.text)}</p>`}
${obstacle?.advice !== undefined && html`<p>${translated(visit, obstacle.advice)}</p>`}
${!obstacle && html`<p class="good">${say('person.all_well', { count: courses.length })}</p>`}
${stepList(visit, steps, isBroken)}
${rest.map((course) => courseHtml(visit, course, isBroken))}
${
  well.length > 0 &&
  html`<details><summary>${say('person.courses_well', { count: well.length })}</summary>
${well.map((course) => courseHtml(visit, course, isBroken))}</details>`
}
</section>`;
}

function isWell({ steps }: ExplainedCourse): boolean {
  return steps.every(({ state }) => state === 'ok');
}

function courseHtml(
  visit: Visit,
  { course, shortname, steps }: ExplainedCourse,
  isBroken: (step: Step) => boolean,
): Html {
  const name = shortname === undefined ? course : `${shortname} (${course})`;
  return html`<h3 class="long">${visit.say('person.course', { course: name })}</h3>${stepList(visit, steps, isBroken)}`;
}

function stepList(visit: Visit, steps: readonly Step[], isBroken: (step: Step) => boolean): Html {
  return html`<ol class="steps">${steps.map((step) => stepHtml(visit, step, isBroken(step)))}</ol>`;
}

function stepHtml(visit: Visit, { about, state, text, advice }: Step, isBroken: boolean): Html {
  const { say } = visit;
  const { sign, tone } = looks[state];
  return html`<li class="step-${state}"${isBroken && html` aria-current="step"`}>
<span class="${tone}"><span aria-hidden="true">${sign}</span> ${say(`person.step_${state}`)}</span>
<b class="long">${translated(visit, about)}</b>: ${translated(visit, text)}
${state !== 'ok' && advice !== undefined && html`<br><span class="advice">${translated(visit, advice)}</span>`}</li>`;
}
