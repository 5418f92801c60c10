import { type Html, html } from '#shared/http/html.ts';
import type { InstanceReport, QueueReport, Report } from '../report.ts';
import { ageOf, minuteOf } from '../words.ts';
import { dataTable } from './data-table.ts';
import { erpSection } from './erp-section.ts';
import { instanceSection } from './instance-section.ts';
import { lastDaySection } from './last-day-section.ts';
import { style } from './style.ts';

/** The report as one page that needs nothing else: no network, no script, no font. It prints on A4. */
export function reportHtml(report: Report): string {
  const title = `Report of ${report.stack}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}, ${minuteOf(report.made_at)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="soft">OpenEduCat and Moodle, as they were on <time datetime="${report.made_at}">${minuteOf(report.made_at)}</time> UTC</p>
</header>
<main>
${overview(report)}
${problems(report)}
${report.instances.map(instanceSection)}
${report.erp && erpSection(report.erp)}
${report.last_day && lastDaySection(report.last_day)}
${queuesSection(report)}
</main>
<footer class="soft">Records are named by their ID number in Moodle. Made by oec-moodle-sync.</footer>
</body>
</html>
`.text;
}

function overview({ instances }: Report): Html {
  const table =
    instances.length === 0
      ? html`<p>No Moodle is registered.</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label="Table: all Moodles">${dataTable<InstanceReport>(
          {
            caption: 'All Moodles',
            columns: [
              { title: 'instance', cell: ({ id }) => html`<a href="#instance-${id}">${id}</a>` },
              { title: 'status', cell: ({ status }) => status },
              { title: 'health', cell: healthMark },
              {
                title: 'last success',
                cell: (row) =>
                  row.last_successful_sync ? `${ageOf(row.seconds_since_success)} ago` : 'none yet',
              },
              { title: 'entities', cell: ({ records }) => sum(records.map(({ total }) => total)) },
              { title: 'not synced', cell: ({ failures }) => sum(failures.map(({ count }) => count)) },
              {
                title: 'changed in 24 h',
                cell: ({ changed_last_day }) => sum(changed_last_day.map(({ count }) => count)),
              },
            ],
            rows: instances,
          },
        )}</div>`;
  return html`<section id="overview" aria-labelledby="heading-overview"><h2 id="heading-overview">All Moodles</h2>${table}</section>`;
}

/** Never by colour alone: the word says it. */
function healthMark({ health, stale, breaker, brakes_on }: InstanceReport): Html {
  const words = [
    health?.status ?? 'not checked yet',
    ...(stale ? ['stale'] : []),
    ...(breaker ? ['breaker open'] : []),
    ...(brakes_on.length > 0 ? ['brake on'] : []),
  ].join(', ');
  const isBad = health?.status === 'failed' || stale || breaker;
  const isGood = health?.status === 'ok' && brakes_on.length === 0;
  return html`<span class="${isBad ? 'bad' : isGood ? 'good' : 'warn'}">${words}</span>`;
}

function problems({ unreadable, problems: unknown }: Report): Html | false {
  const all = [...unreadable, ...unknown];
  if (all.length === 0) return false;
  return html`<section id="problems" aria-labelledby="heading-problems"><h2 id="heading-problems">What this report cannot tell</h2>
<ul>${all.map((problem) => html`<li>${problem}</li>`)}</ul></section>`;
}

function queuesSection({ queues }: Report): Html {
  return html`<section id="queues" aria-labelledby="heading-queues"><h2 id="heading-queues">Queues</h2>
<p class="note">What waits, of all instances together. What lies in the last ones, whose names speak of failures, needs a person.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Table: queues">${dataTable<QueueReport>({
    caption: 'Queues',
    columns: [
      { title: 'queue', cell: ({ name }) => name },
      { title: 'waiting', cell: ({ visible }) => visible },
      { title: 'in work', cell: ({ in_flight }) => in_flight },
      { title: 'delayed', cell: ({ delayed }) => delayed },
      {
        title: 'needs a person',
        cell: (queue) => (queue.is_dead_letter && queue.visible + queue.in_flight > 0 ? 'yes' : 'no'),
      },
    ],
    rows: queues,
  })}</div></section>`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
