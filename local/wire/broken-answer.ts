import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** What a broken server or network answers in place of what the simulated system would say. */
export type BrokenAnswer =
  /** Any HTTP answer. */
  | { kind: 'http'; status: number; contentType: string; body: string; location?: string }
  /** The header promises the whole body, half of it comes, and the connection closes. */
  | { kind: 'cut'; body: string }
  /** JSON that never ends, packed: the text again and again, until the client has had enough. */
  | { kind: 'endless'; text: string }
  /** The connection is reset without an answer. */
  | { kind: 'reset' };

/** An HTML page that shows its status. */
export function htmlPage(status: number): Extract<BrokenAnswer, { kind: 'http' }> {
  const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return { kind: 'http', status, contentType: 'text/html; charset=utf-8', body };
}

/** Puts a broken answer on the wire. */
export function sendBroken(reply: FastifyReply, answer: BrokenAnswer): FastifyReply {
  switch (answer.kind) {
    case 'http':
      if (answer.location) reply.header('location', answer.location);
      return reply.code(answer.status).type(answer.contentType).send(answer.body);
    case 'cut': {
      reply.hijack();
      const body = Buffer.from(answer.body);
      reply.raw.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
      reply.raw.write(body.subarray(0, body.length / 2), () => reply.raw.socket?.destroy());
      return reply;
    }
    case 'endless':
      return reply
        .headers({ 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .send(Readable.from(again(answer.text)).pipe(createGzip({ level: 1 })));
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
  }
}

function* again(text: string): Generator<string> {
  const block = text.repeat(Math.ceil(65_536 / text.length));
  for (;;) yield block;
}
