import type { Report } from '#cli/commands/report/report.ts';
import { makeReport } from '#cli/commands/report/report-command.ts';
import { sectionHtml } from '#cli/commands/report/section-html.ts';
import { sectionsOf } from '#cli/commands/report/sections.ts';
import { jobShown } from '#cli/console/job-view.ts';
import type { Page } from '#cli/console/page.ts';
import { english } from '#cli/console/parts.ts';
import { engineText } from '#cli/console/texts/engine.ts';
import type { Shown, Visit } from '#cli/console/visit.ts';
import { minuteOf } from '#cli/output/words.ts';
import { type Html, html } from '#shared/http/html.ts';

/** How often the figures are read anew, in seconds. */
const refreshSeconds = 60;

/** How every Moodle and the ERP fare. What has arrived is counted only where it is asked for: that reads every row. */
export const overviewPage: Page = {
  path: '/',
  title: 'overview.title',
  views: {
    '/': async (visit) => {
      const { data } = await makeReport(visit.context, { format: 'text', brief: true });
      const { say } = visit;
      return {
        title: say('overview.title'),
        refreshSeconds,
        body: html`${reportHtml(visit, data)}
<form method="post" action="/report"><p class="buttons"><button>${say('overview.count_all')}</button>
<span class="note">${say('overview.count_all_note')}</span></p></form>`,
      };
    },
    '/report/:job': async (visit): Promise<Shown> => {
      const job = visit.job(visit.params.job!);
      const title = visit.say('overview.report');
      if (job?.state === 'done') return { title, body: reportHtml(visit, job.result as Report) };
      return jobShown(visit, job, title);
    },
  },
  begins: {
    '/report': async ({ begin, context }) =>
      `/report/${begin(async () => (await makeReport(context, { format: 'text' })).data)}`,
  },
};

function reportHtml({ say, language }: Visit, report: Report): Html {
  const word = (text: string) => engineText(language, text) ?? (/[a-z]/.test(text) ? english(text) : text);
  const [attention, ...sections] = sectionsOf(report).map((section) => sectionHtml(section, word));
  const problems = [...report.unreadable, ...report.problems];
  return html`<p class="soft">${say('overview.made_at', { time: minuteOf(report.made_at) })}</p>
${problems.length > 0 && html`<ul role="alert">${problems.map((problem) => html`<li>${english(problem)}</li>`)}</ul>`}
${attention}
${report.attention.length > 0 && html`<p><a href="/failures">${say('failures.title')}</a> · <a href="/held">${say('held.title')}</a></p>`}
${sections}`;
}
