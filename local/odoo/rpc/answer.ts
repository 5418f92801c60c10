import type { FastifyReply } from 'fastify';
import { type BrokenAnswer, sendBroken } from '#local/wire/broken-answer.ts';
import type { OdooException } from '../odoo-exception.ts';

/** What Odoo itself answers. */
export type OwnAnswer =
  /** HTTP 200 and the result; undefined is left out, as Odoo does with None. */
  | { kind: 'result'; id: unknown; result: unknown }
  /** HTTP 200 and Odoo's JSON for an error. */
  | { kind: 'error'; id: unknown; python: string; message: string };

/** What goes back over the wire. */
export type Answer = OwnAnswer | BrokenAnswer;

export function errorAnswer(id: unknown, { python, message }: OdooException): Answer {
  return { kind: 'error', id, python, message };
}

/** The JSON text of an answer that is Odoo's. */
export function jsonOf(answer: OwnAnswer): string {
  const { id } = answer;
  if (answer.kind === 'result') return JSON.stringify({ jsonrpc: '2.0', id, result: answer.result });
  const error = { code: 200, message: 'Odoo Server Error', data: errorData(answer) };
  return JSON.stringify({ jsonrpc: '2.0', id, error });
}

/** What Odoo tells of an error. */
export function errorData({ python, message }: Extract<OwnAnswer, { kind: 'error' }>): object {
  return {
    name: python,
    debug: `Traceback (most recent call last):\n  …\n${python}: ${message}\n`,
    message,
    arguments: [message],
    context: {},
  };
}

/** Puts an answer on the wire. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind !== 'result' && answer.kind !== 'error') return sendBroken(reply, answer);
  return reply.type('application/json; charset=utf-8').send(jsonOf(answer));
}
