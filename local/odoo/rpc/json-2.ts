import type { FastifyReply, FastifyRequest } from 'fastify';
import { htmlPage, sendBroken } from '#local/wire/broken-answer.ts';
import { OdooException } from '../odoo-exception.ts';
import type { Environment } from '../orm/model.ts';
import { majorOf } from '../release.ts';
import { type Answer, errorData } from './answer.ts';
import { methodNames } from './methods.ts';

/** A call of JSON-2 taken apart; its arguments are as a positional call would have them. */
export type Json2Request = {
  database: unknown;
  key: string | undefined;
  model: string;
  method: string;
  args: readonly unknown[];
  keywords: Readonly<Record<string, unknown>>;
};

/** The statuses of what Odoo refuses; everything else is a 500. */
const statuses: Readonly<Record<string, number>> = {
  'werkzeug.exceptions.Unauthorized': 401,
  'odoo.exceptions.AccessDenied': 403,
  'odoo.exceptions.AccessError': 403,
  'odoo.exceptions.MissingError': 404,
  'werkzeug.exceptions.NotFound': 404,
  'odoo.exceptions.UserError': 422,
  'odoo.exceptions.ValidationError': 422,
  'odoo.exceptions.RedirectWarning': 422,
  'werkzeug.exceptions.UnprocessableEntity': 422,
};

/** What Odoo answers at `/json/version`; one without JSON-2 has no such page. */
export function sendVersion(reply: FastifyReply, { settings }: Environment): FastifyReply {
  const major = majorOf(settings.release);
  if (major < 19) return sendBroken(reply, htmlPage(404));
  return reply.send({ version_info: [major, 0, 0, 'final', 0, ''], version: `${major}.0` });
}

/** Takes a request to `/json/2/{model}/{method}` apart. */
export function json2Request({ params, headers, body }: FastifyRequest, env: Environment): Json2Request {
  const { model, method } = params as { model: string; method: string };
  const named = { ...(body as Record<string, unknown>) };
  const names = methodNames(model, method, env);
  const given = names.findLastIndex((name) => name in named) + 1;
  return {
    database: headers['x-odoo-database'],
    key: /^bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1],
    model,
    method,
    args: names.slice(0, given).map((name) => named[name]),
    keywords: Object.fromEntries(Object.entries(named).filter(([name]) => !names.includes(name))),
  };
}

/** Whether a call is let in: its key is known, and its model and arguments are there. @throws OdooException */
export function requireAdmission(request: Json2Request, known: string, { models }: Environment): void {
  const { key, model, method } = request;
  if (key !== known) throw new OdooException('werkzeug.exceptions.Unauthorized', 'Invalid apikey');
  if (!models.has(model))
    throw new OdooException('werkzeug.exceptions.NotFound', `the model '${model}' does not exist`);
  const { createsWith } = models.get(model);
  if (method !== 'create' || createsWith === undefined) return;
  // Odoo asks for this name, and would then give it to a method that has the other.
  const message = `missing a required argument: '${createsWith}'`;
  throw new OdooException('werkzeug.exceptions.UnprocessableEntity', message);
}

/** Puts an answer on the wire: the bare result, or the error with its status. */
export function sendJson2(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.kind !== 'result' && answer.kind !== 'error') return sendBroken(reply, answer);
  reply.type('application/json; charset=utf-8');
  if (answer.kind === 'result') return reply.send(JSON.stringify(answer.result ?? null));
  return reply.code(statuses[answer.python] ?? 500).send(JSON.stringify(errorData(answer)));
}
