import type { FastifyReply } from 'fastify';
import { type Html, html } from '#shared/http/html.ts';
import { layout } from './layout.ts';

/** Sends a page for people: its title, its content (none: it was not found), and what was searched for. */
export type PageSender = (
  reply: FastifyReply,
  title: string,
  content: Html | undefined,
  query?: string,
) => FastifyReply;

/** @param site what the pages belong to: its name, and what "back to the …" calls it */
export function pageSender(site: () => { name: string; noun: string }): PageSender {
  return (reply, title, content, query) => {
    const { name, noun } = site();
    return reply
      .code(content ? 200 : 404)
      .type('text/html; charset=utf-8')
      .send(
        layout({
          siteName: name,
          title: content ? title : 'Not found',
          content: content ?? html`<h1>Not found</h1><p><a href="/">Back to the ${noun}</a></p>`,
          ...(query !== undefined && { query }),
        }),
      );
  };
}
