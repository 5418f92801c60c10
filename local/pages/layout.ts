import { Html, html } from '#shared/http/html.ts';
import { style } from './style.ts';

/** A whole page around `content`. */
export function layout(options: { siteName: string; title: string; query?: string; content: Html }): string {
  const { siteName, title, query, content } = options;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${siteName}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><div>
<strong><a href="/">${siteName}</a></strong>
<form action="/people" role="search">
<input type="search" name="q" value="${query ?? ''}" placeholder="Name, e-mail or ID number" aria-label="Search people">
<button>Search</button>
</form>
</div></header>
<main>${content}</main>
</body>
</html>`.text;
}
