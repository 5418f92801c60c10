import type { FastifyReply } from 'fastify';
import { type Answer, jsonOf } from './answer.ts';

/** Puts an answer on the wire. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  switch (answer.kind) {
    case 'result':
    case 'error':
      return reply.type('application/json; charset=utf-8').send(jsonOf(answer));
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
    case 'reset':
      reply.hijack();
      reply.raw.socket?.resetAndDestroy();
      return reply;
  }
}
