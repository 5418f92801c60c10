import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { mayUse } from '#shared/odoo/calls/access.ts';
import { OdooClient, type OdooClientOptions } from '#shared/odoo/client/client.ts';
import {
  NotOdooError,
  OdooAccessError,
  OdooDatabaseError,
  OdooLoginError,
  OdooMissingModelError,
  OdooMissingRecordError,
  OdooServerError,
  OdooUnavailableError,
  OdooValidationError,
} from '#shared/odoo/client/errors.ts';
import { key, result, user } from './answering.ts';

type Received = { path: string; headers: Record<string, string>; body: Record<string, unknown> };
const json = (value: unknown, status = 200) =>
  new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
const refusal = (status: number, name: string, message: string) =>
  json({ name, message, arguments: [user], debug: `Traceback … ${key}`, context: {} }, status);
const version = { version: '19.0', version_info: [19, 0, 0, 'final', 0, ''] };

/** A client whose Odoo has JSON-2 and answers so, and what it was asked; the login is answered with user 2. */
function answering(answer: (received: Received) => Response, options: Partial<OdooClientOptions> = {}) {
  const received: Received[] = [];
  const client = new OdooClient({
    baseUrl: 'https://erp.example.org',
    database: 'school',
    user,
    key,
    fetch: async (url, init) => {
      const path = new URL(String(url)).pathname;
      if (path === '/json/version') return json(version);
      const body = JSON.parse(String(init!.body));
      const each = { path, headers: init!.headers as Record<string, string>, body };
      received.push(each);
      if (path.endsWith('/context_get')) return json({ lang: 'en_US', tz: 'UTC', uid: 2 });
      if (path === '/json/2/res.users/read') return json([{ id: 2, login: user }]);
      return answer(each);
    },
    ...options,
  });
  return { client, received };
}

const failureOf = (answer: () => Response) =>
  answering(answer)
    .client.executeKw('op.batch', 'create', [[{ name: user }]], {}, z.array(z.number()))
    .then(
      () => undefined,
      (error) => error,
    );

describe('JSON-2', () => {
  it('names arguments, and has the key and the database in headers only', async () => {
    const { client, received } = answering(() => json([7]));
    expect(await client.transport()).toBe('json-2');
    expect(await client.version()).toBe('19.0');
    await client.executeKw('op.batch', 'create', [[{ name: 'x' }]], {}, z.unknown());
    await client.executeKw('op.batch', 'write', [[7], { name: 'y' }], { context: { a: 1 } }, z.unknown());
    await client.executeKw('op.batch', 'search_read', [[['id', '=', 7]]], { limit: 1 }, z.unknown());
    await client.executeKw('op.exam', 'act_cancel', [[7]], {}, z.unknown());
    const context = { lang: 'en_US', tz: 'UTC' };
    expect(received.slice(2).map(({ path, body }) => [path, body])).toEqual([
      ['/json/2/op.batch/create', { vals_list: [{ name: 'x' }], context }],
      ['/json/2/op.batch/write', { ids: [7], vals: { name: 'y' }, context: { ...context, a: 1 } }],
      ['/json/2/op.batch/search_read', { domain: [['id', '=', 7]], limit: 1, context }],
      ['/json/2/op.exam/act_cancel', { ids: [7], context }],
    ]);
    const [{ headers }] = received as [Received];
    expect(headers).toMatchObject({ authorization: `bearer ${key}`, 'x-odoo-database': 'school' });
    expect(JSON.stringify(received.map(({ path, body }) => [path, body]))).not.toContain(key);
  });

  it('asks for rights by the method that is not deprecated', async () => {
    const { client, received } = answering(() => json(true));
    expect(await mayUse(client, 'op.batch', 'write')).toBe(true);
    expect(received.at(-1)).toMatchObject({
      path: '/json/2/op.batch/has_access',
      body: { ids: [], operation: 'write' },
    });
  });

  it('takes no key of another user than the one that was named', async () => {
    const { client } = answering(() => json([]), { user: 'somebody-else' });
    await expect(client.login()).rejects.toBeInstanceOf(OdooLoginError);
  });

  it.each([
    [401, 'werkzeug.exceptions.Unauthorized', 'Invalid apikey', OdooLoginError, 'access-denied'],
    [403, 'odoo.exceptions.AccessError', 'You are not allowed…', OdooAccessError, 'access-error'],
    [404, 'odoo.exceptions.MissingError', 'Record does not exist', OdooMissingRecordError, 'missing-record'],
    [
      404,
      'werkzeug.exceptions.NotFound',
      "the model 'op.batch' does not exist",
      OdooMissingModelError,
      'missing-model',
    ],
    [
      404,
      'werkzeug.exceptions.NotFound',
      "The method 'op.batch.create' does not exist",
      OdooServerError,
      'werkzeug.exceptions.NotFound',
    ],
    [422, 'odoo.exceptions.ValidationError', 'No.', OdooValidationError, 'validation-error'],
    [500, 'psycopg2.errors.SerializationFailure', 'could not serialize', OdooUnavailableError, 'busy'],
    [500, 'builtins.TypeError', user, OdooServerError, 'builtins.TypeError'],
  ])('a %i of %s (%s) has the class it has in JSON-RPC', async (status, name, message, type, code) => {
    const error = await failureOf(() => refusal(status, name, message));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ call: 'op.batch.create', code });
    expect(`${error.message} ${error.stack}`).not.toMatch(/registrar@|secret-api-key/);
  });

  it.each([
    ['no page', new Response('<h1>Not Found</h1>', { status: 404 }), OdooDatabaseError, 'database'],
    ['a firewall', new Response('Forbidden', { status: 403 }), NotOdooError, 'not-odoo'],
    ['a proxy', new Response('<h1>Bad gateway</h1>', { status: 502 }), OdooUnavailableError, 'http'],
    ['a page', new Response('<html>Login</html>'), NotOdooError, 'not-odoo'],
  ])('%s where an answer should be is told apart', async (_what, response, type, code) => {
    const error = await failureOf(() => response);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code });
  });

  it('knows half an answer', async () => {
    const half = new Response('[1, 2', { headers: { 'content-type': 'application/json' } });
    expect(await failureOf(() => half)).toMatchObject({ kind: 'half-answer' });
  });

  it('calls what takes its arguments by position only the other way, from then on', async () => {
    const message = "missing a required argument: 'vals'";
    const { client, received } = answering(({ path }) =>
      path === '/jsonrpc'
        ? json(result([7]))
        : refusal(422, 'werkzeug.exceptions.UnprocessableEntity', message),
    );
    for (const _time of [1, 2])
      expect(await client.executeKw('op.department', 'create', [[{ name: 'x' }]], {}, z.unknown())).toEqual([
        7,
      ]);
    expect(received.slice(2).map(({ path }) => path)).toEqual([
      '/json/2/op.department/create',
      '/jsonrpc',
      '/jsonrpc',
    ]);
  });
});

describe('whether an Odoo has JSON-2', () => {
  const found = async (...answers: Response[]) => {
    const client = new OdooClient({
      ...{ baseUrl: 'https://erp.example.org', database: 'school', user, key },
      fetch: async () => answers.shift()!,
    });
    return { client, name: await client.transport().catch((error) => error.code) };
  };

  it.each([
    ['its version', json(version), 'json-2'],
    ['no such page', new Response('<h1>404</h1>', { status: 404 }), 'jsonrpc'],
    ['a login page', new Response('', { status: 303, headers: { location: '/web/login' } }), 'jsonrpc'],
    ['a firewall', new Response('', { status: 403 }), 'jsonrpc'],
    ['a page for everything', new Response('<html>Welcome</html>'), 'jsonrpc'],
  ])('is told by %s', async (_what, answer, name) => {
    expect((await found(answer)).name).toBe(name);
  });

  it('is asked again of one that looks as if it had lost its database: it may be an older one now', async () => {
    const gone = () => new Response('<h1>404</h1>', { status: 404 });
    const { client } = await found(json(version), gone(), gone());
    await expect(client.login()).rejects.toBeInstanceOf(OdooDatabaseError);
    expect(await client.transport()).toBe('jsonrpc');
  });

  it('is not known while it is away, and asked again', async () => {
    const { client, name } = await found(new Response('', { status: 502 }), json(version));
    expect(name).toBe('http');
    expect(await client.transport()).toBe('json-2');
  });
});
