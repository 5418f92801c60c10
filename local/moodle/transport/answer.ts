import type { FastifyReply } from 'fastify';
import { type BrokenAnswer, sendBroken } from '#local/wire/broken-answer.ts';
import type { MoodleException } from '../moodle-exception.ts';

/** What Moodle itself answers. */
export type OwnAnswer =
  /** HTTP 200 and the value as JSON. */
  | { kind: 'value'; value: unknown }
  /** HTTP 200 and Moodle's JSON for an error. */
  | { kind: 'exception'; exception: string; errorcode: string; message: string };

/** What goes back over the wire. */
export type Answer = OwnAnswer | BrokenAnswer;

/** A Moodle error as an answer. */
export function exceptionAnswer({ exception, errorcode, message }: MoodleException): Answer {
  return { kind: 'exception', exception, errorcode, message };
}

/** The JSON text of an answer that is Moodle's. */
export function jsonOf(answer: OwnAnswer): string {
  if (answer.kind === 'value') return JSON.stringify(answer.value ?? null);
  const { exception, errorcode, message } = answer;
  return JSON.stringify({ exception, errorcode: errorcode || undefined, message });
}

/** Puts an answer on the wire. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind !== 'value' && answer.kind !== 'exception') return sendBroken(reply, answer);
  return reply.type('application/json; charset=utf-8').send(jsonOf(answer));
}
