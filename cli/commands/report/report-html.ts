import { readFileSync } from 'node:fs';
import { minuteOf } from '#cli/output/words.ts';
import { Html, html } from '#shared/http/html.ts';
import type { Report } from './report.ts';
import { sectionHtml } from './section-html.ts';
import { sectionsOf } from './sections.ts';

const style = new Html(readFileSync(new URL('style.css', import.meta.url), 'utf8'));

/** The report as one page that needs nothing else: no network, no script, no font. It prints on A4. */
export function reportHtml(report: Report): string {
  const title = `Report of ${report.stack}`;
  const [overview, ...sections] = sectionsOf(report).map((section) => sectionHtml(section));
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
${overview}
${problems([...report.unreadable, ...report.problems])}
${sections}
</main>
<footer class="soft">Records are named by their ID number in Moodle. Made by oec-moodle-sync.</footer>
</body>
</html>
`.text;
}

function problems(all: readonly string[]): Html | false {
  if (all.length === 0) return false;
  return html`<section id="problems" aria-labelledby="heading-problems"><h2 id="heading-problems">What this report cannot tell</h2>
<ul>${all.map((problem) => html`<li>${problem}</li>`)}</ul></section>`;
}
