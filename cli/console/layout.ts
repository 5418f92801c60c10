import { html } from '#shared/http/html.ts';
import { pages } from './pages.ts';
import { languages } from './texts/texts.ts';
import type { Shown, Visit } from './visit.ts';

/** A whole page around what it shows. @param said what came of the change before it */
export function layout(visit: Visit, { title, body, refreshSeconds }: Shown, said?: string): string {
  const { say, language, path, isReadOnly } = visit;
  const isHere = (to: string) => (to === '/' ? path === '/' : path.startsWith(to));
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${say('layout.product')}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/report.css">
<link rel="stylesheet" href="/assets/console.css">
<script src="/assets/console.js" defer></script>
</head>
<body>
<a class="skip" href="#main">${say('layout.skip')}</a>
<header class="bar-top">
<nav aria-label="${say('layout.pages')}"><ul>${pages.map(
    ({ path: to, title: name }) =>
      html`<li><a href="${to}"${isHere(to) && html` aria-current="page"`}>${say(name)}</a></li>`,
  )}</ul></nav>
<nav aria-label="${say('layout.language')}"><ul>${Object.entries(languages).map(
    ([key, name]) =>
      html`<li><a href="/language/${key}" lang="${key}"${key === language && html` aria-current="true"`}>${name}</a></li>`,
  )}</ul></nav>
</header>
<main id="main" tabindex="-1"${refreshSeconds !== undefined && html` data-refresh="${refreshSeconds}"`}>
<h1>${title}</h1>
${isReadOnly && html`<p class="note">${say('layout.read_only')}</p>`}
${said !== undefined && html`<p class="said" role="status">${said}</p>`}
${body}
</main>
</body>
</html>
`.text;
}
