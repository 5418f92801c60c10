import type { FastifyReply } from 'fastify';
import { sendBroken } from '#local/wire/broken-answer.ts';
import { type Answer, jsonOf } from './answer.ts';

/** Puts an answer on the wire. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind !== 'value' && answer.kind !== 'exception') return sendBroken(reply, answer);
  return reply.type('application/json; charset=utf-8').send(jsonOf(answer));
}
