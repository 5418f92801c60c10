import { type FinishedCall, OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';

/** What the client sent, taken apart. */
export type Sent = { service: string; model?: string; method: string; args: unknown[]; keywords: object };

export const key = 'secret-api-key';
export const user = 'registrar@example.org';

/** An error as Odoo answers it, with what it should never tell. */
export const refusal = (name: string, message: string) => ({
  jsonrpc: '2.0',
  id: 1,
  error: {
    code: 200,
    message: 'Odoo Server Error',
    data: { name, message, arguments: [user], debug: `Traceback … ${key}`, context: {} },
  },
});

export const result = (value: unknown) => ({ jsonrpc: '2.0', id: 1, result: value });

/**
 * A client whose Odoo answers each call of a model so, and what it was asked. The login is answered with user 2.
 *
 * @param answer the body: a text as it is, anything else as JSON; or a whole response
 */
export function answering(
  answer: (sent: Sent, signal: AbortSignal) => unknown,
  options: Partial<OdooClientOptions> = {},
) {
  const sent: Sent[] = [];
  const calls: FinishedCall[] = [];
  const requests: { url: string; init: RequestInit }[] = [];
  const client = new OdooClient({
    baseUrl: 'https://erp.example.org/web/login',
    database: 'school',
    user,
    key,
    onCall: (call) => calls.push(call),
    fetch: async (url, init) => {
      // An Odoo before 19, unless told.
      if (String(url).endsWith('/json/version')) return new Response('', { status: 404 });
      requests.push({ url: String(url), init: init! });
      const call = takenApart(JSON.parse(String(init!.body)));
      sent.push(call);
      const isLogin = call.method === 'login' && options.user === undefined;
      const body = isLogin ? result(2) : await answer(call, init!.signal!);
      if (body instanceof Response) return body;
      return new Response(typeof body === 'string' ? body : JSON.stringify(body));
    },
    ...options,
  });
  return { client, sent, calls, requests };
}

type Request = { params: { service: string; method: string; args: unknown[] } };

function takenApart({ params: { service, method, args } }: Request): Sent {
  if (method !== 'execute_kw') return { service, method, args, keywords: {} };
  const [, , , model, name, positional, keywords] = args;
  return {
    service,
    model: String(model),
    method: String(name),
    args: positional as unknown[],
    keywords: keywords as object,
  };
}
