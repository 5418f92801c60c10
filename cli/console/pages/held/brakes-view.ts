import type { BrakeReading } from '#cli/commands/brake/read-brakes.ts';
import { planRelease } from '#cli/commands/brake/release.ts';
import { showBrakes } from '#cli/commands/brake/show.ts';
import {
  address,
  changeForm,
  hiddenFields,
  offsetOf,
  pager,
  pageSize,
  personAddress,
  translated,
} from '#cli/console/parts.ts';
import { field, type Shown, type Visit } from '#cli/console/visit.ts';
import { usageError } from '#cli/operator-error.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';
import { type BrakedService, brakes, isMarkBrake } from '#shared/moodle/brakes.ts';
import { compareHtml } from './drift-view.ts';
import { erpHtml } from './erp-view.ts';
import { wordField } from './word.ts';

/** How all brakes stand, those first that wait for a word; what the ERP's side holds; and a comparison with Moodle. */
export async function heldView(visit: Visit): Promise<Shown> {
  const { say, context } = visit;
  const { data } = await showBrakes(context, {}, undefined);
  const sorted = data.brakes.toSorted((a, b) => Number(b.is_on) - Number(a.is_on));
  return {
    title: say('held.title'),
    body: html`${data.unreadable.length > 0 && html`<ul class="bad" role="alert">${data.unreadable.map((each) => html`<li>${translated(visit, each)}</li>`)}</ul>`}
<h2>${say('held.brakes')}</h2>
<p>${say('held.brakes_note')}</p>
${sorted.length === 0 ? html`<p>${say('held.no_moodle')}</p>` : brakesTable(visit, sorted)}
${await erpHtml(visit)}
${await compareHtml(visit)}`,
  };
}

function brakesTable(visit: Visit, readings: readonly BrakeReading[]): Html {
  const { say } = visit;
  const rows = readings.map((reading) => {
    const { instance, service, is_on: isOn, held } = reading;
    return html`<tr><td>${instance}</td>
<th scope="row"><a href="${address('/held/brake', { instance, service })}">${serviceWord(visit, service)}</a></th>
<td${isOn && html` class="bad"`}>${stateText(visit, reading)}</td><td class="number">${held}</td>
<td class="number">${reading.taken_this_hour}</td><td class="number">${reading.limit}</td><td class="number">${reading.in_moodle}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${say('held.brakes')}"><table>
<caption>${say('held.brakes')}</caption>
<thead><tr><th scope="col">${say('failures.instance')}</th><th scope="col">${say('held.of')}</th>
<th scope="col">${say('held.brake')}</th><th scope="col" class="number">${say('held.held')}</th>
<th scope="col" class="number">${say('held.taken')}</th><th scope="col" class="number">${say('held.limit')}</th>
<th scope="col" class="number">${say('held.in_moodle')}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function stateText({ say }: Visit, { is_on: isOn, engaged_at, released_until }: BrakeReading): string {
  if (released_until) return say('held.released_until', { time: minuteOf(released_until) });
  return isOn ? say('held.on_since', { time: minuteOf(engaged_at ?? '') }) : say('held.off');
}

/** What a brake is of, in words. */
export function serviceWord({ say }: Pick<Visit, 'say'>, service: BrakedService): string {
  return say(`held.service.${service}`);
}

/** The brake that an address or a form names. @throws OperatorError where there is none */
export function brakeIn(fields: Visit['query']): { instance: string; service: BrakedService } {
  const service = brakes.find((each) => each === field(fields, 'service'));
  if (!service) throw usageError('There is no such brake.', `There is ${brakes.join(', ')}.`);
  return { instance: field(fields, 'instance'), service };
}

/** What one brake holds, whom it would touch, and the word about it. */
export async function brakeView(visit: Visit): Promise<Shown> {
  const { say, context, query } = visit;
  const { instance, service } = brakeIn(query);
  const { brake, held } = await planRelease(context, instance, service);
  const back = address('/held/brake', { instance, service });
  const fields = { instance, service, back };
  const offset = offsetOf(visit);
  return {
    title: say('held.brake_title', { service: serviceWord(visit, service), instance }),
    body: html`<p><a href="/held">${say('held.back')}</a></p>
<p${brake.is_on && html` class="bad"`}>${stateText(visit, brake)}</p>
<p>${say(isMarkBrake(service) ? 'held.marks_note' : 'held.push_note', { all: brake.in_moodle, limit: brake.limit })}</p>
${changeForm(
  visit,
  '/held/release',
  html`${hiddenFields(fields)}${wordField(visit)}
<p class="buttons"><button>${say('held.release')}</button>
${held.keep && html`<button name="keep" value="yes">${say('held.keep')}</button>`}</p>`,
)}
<h2>${say('held.count', { count: held.count })}</h2>
${held.names.length > 0 && html`<ul>${held.names.slice(offset, offset + pageSize).map((name) => html`<li>${nameHtml(instance, service, name)}</li>`)}</ul>${pager(visit, held.names.length)}`}`,
  };
}

/** An entity with the way to all that is known of it, and a person to the courses that it is about. */
function nameHtml(instance: string, service: BrakedService, name: string): Html {
  if (service === 'marks') return html`<span dir="auto">${name}</span>`;
  if (service === 'imported-marks') {
    const [first, second] = name.split('#');
    return html`<a href="${address('/failures/one', { target: 'erp', first, second })}">${name}</a>`;
  }
  const to =
    personAddress(name) ?? address('/failures/one', { target: 'moodle', first: instance, second: name });
  return html`<a href="${to}">${name}</a>`;
}
