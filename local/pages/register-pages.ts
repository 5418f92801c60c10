import type { FastifyInstance, FastifyReply } from 'fastify';
import { Html, html } from '#shared/http/html.ts';
import { style } from './style.ts';

/** What a page shows. */
export type Titled = { title: string; content: Html };

/** The pages of a simulated system. */
export type Pages = {
  /** The name of what the pages belong to, and what "back to the …" calls it. */
  name: string;
  noun: string;
  home: () => Titled;
  /** The people whom a search finds; everybody where it is empty. */
  people: (query: string, page: number) => Titled;
  /** By kind, the page of the one with this id; undefined where there is none. */
  kinds: Readonly<Record<string, (id: number, page: number) => Titled | undefined>>;
};

type Query = { q?: string; page?: string };

/** Adds the pages for people to a server: `/`, `/people` and those of single things, such as `/course/3`. */
export function registerPages(server: FastifyInstance, pages: () => Pages): void {
  const send = (reply: FastifyReply, found: Titled | undefined, query?: string) =>
    reply
      .code(found ? 200 : 404)
      .type('text/html; charset=utf-8')
      .send(layout(pages(), found, query));

  server.get('/', (_request, reply) => send(reply, pages().home()));
  server.get<{ Querystring: Query }>('/people', (request, reply) => {
    const { q, page = 1 } = request.query;
    const query = String(q ?? '');
    return send(reply, pages().people(query, Number(page)), query);
  });
  server.get<{ Params: { kind: string; id: string }; Querystring: Query }>('/:kind/:id', (request, reply) => {
    const { kind, id } = request.params;
    const { kinds } = pages();
    const show = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return send(reply, show?.(Number(id), Number(request.query.page ?? 1)));
  });
  server.setNotFoundHandler((_request, reply) => send(reply, undefined));
}

function layout({ name, noun }: Pages, found: Titled | undefined, query = ''): string {
  const { title, content } = found ?? {
    title: 'Not found',
    content: html`<h1>Not found</h1><p><a href="/">Back to the ${noun}</a></p>`,
  };
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${name}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><div>
<strong><a href="/">${name}</a></strong>
<form action="/people" role="search">
<input type="search" name="q" value="${query}" placeholder="Name, e-mail or ID number" aria-label="Search people">
<button>Search</button>
</form>
</div></header>
<main>${content}</main>
</body>
</html>`.text;
}
