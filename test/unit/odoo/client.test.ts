import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { OdooClient } from '#shared/odoo/client/client.ts';
import {
  NotOdooError,
  OdooAccessError,
  OdooAnswerError,
  OdooDatabaseError,
  OdooLanguageError,
  OdooLoginError,
  OdooMissingFieldError,
  OdooMissingModelError,
  OdooMissingRecordError,
  OdooServerError,
  OdooSingletonError,
  OdooUnavailableError,
  OdooValidationError,
} from '#shared/odoo/client/errors.ts';
import { answering, key, refusal, result, user } from './answering.ts';

const anything = z.unknown();

/** The error of a call that Odoo answers so. */
async function failureOf(answer: (signal: AbortSignal) => unknown, options = {}) {
  const { client, calls } = answering((_sent, signal) => answer(signal), options);
  const error = await client
    .executeKw('op.batch', 'create', [[{ email: user }]], {}, z.array(z.number()))
    .then(
      () => undefined,
      (reason) => reason,
    );
  return { error, call: calls.at(-1)! };
}

describe('a call', () => {
  it('logs in once, and posts the key in the body only', async () => {
    const { client, requests, sent } = answering(() => result([]));
    await Promise.all([1, 2].map(() => client.executeKw('op.batch', 'read', [[1]], {}, anything)));
    expect(sent.map(({ method }) => method)).toEqual(['login', 'read', 'read']);
    expect(sent[0]).toMatchObject({ service: 'common', args: ['school', user, key] });
    expect(new Set(requests.map(({ url }) => url))).toEqual(new Set(['https://erp.example.org/jsonrpc']));
    expect(JSON.parse(String(requests[1]!.init.body))).toMatchObject({
      jsonrpc: '2.0',
      method: 'call',
      params: {
        service: 'object',
        method: 'execute_kw',
        args: expect.arrayContaining(['school', 2, key, 'op.batch', 'read', [[1]]]),
      },
    });
    expect(requests[1]!.init).toMatchObject({ method: 'POST', redirect: 'manual' });
  });

  it('pins the language and the time zone, beside the context of the caller', async () => {
    const { client, sent } = answering(() => result([]), { language: 'fr_FR' });
    await client.executeKw(
      'op.batch',
      'search',
      [[]],
      { limit: 3, context: { active_test: false } },
      anything,
    );
    expect(sent[1]!.keywords).toEqual({
      limit: 3,
      context: { lang: 'fr_FR', tz: 'UTC', active_test: false },
    });
  });

  it('takes an answer without a result for none', async () => {
    const { client } = answering(() => ({ jsonrpc: '2.0', id: 1 }));
    expect(await client.executeKw('op.batch', 'x', [], {}, z.null())).toBeNull();
  });

  it('is counted and told, without its arguments', async () => {
    const { client, calls } = answering(() => result([]));
    await client.executeKw('op.batch', 'write', [[1], { name: user }], {}, anything);
    await client.executeKw('op.batch', 'search_read', [[]], {}, anything);
    expect(client.statistics).toMatchObject({ calls: 4, writes: 1 });
    expect(calls.map(({ call, ok }) => [call, ok])).toEqual([
      ['version', true],
      ['login', true],
      ['op.batch.write', true],
      ['op.batch.search_read', true],
    ]);
    expect(JSON.stringify(calls)).not.toContain(user);
  });

  it('refuses a URL with a password in it, and does not quote it', () => {
    const make = (baseUrl: string) => new OdooClient({ baseUrl, database: 'school', user, key });
    expect(() => make('https://admin:hunter2@erp.example.org')).toThrow(/without a user/);
    expect(() => make('https://admin:hunter2@erp.example.org')).not.toThrow(/hunter2/);
    expect(() => make('erp.example.org')).toThrow(/must be like/);
  });
});

describe('the login', () => {
  it('is refused with false, and tried again the next time', async () => {
    let id: number | false = false;
    const { client } = answering(({ method }) => result(method === 'login' ? id : []), { user: 'clerk' });
    await expect(client.login()).rejects.toBeInstanceOf(OdooLoginError);
    id = 7;
    expect(await client.login()).toBe(7);
  });

  it('is what fails where the key is withdrawn later', async () => {
    const { error } = await failureOf(() => refusal('odoo.exceptions.AccessDenied', 'Access Denied'));
    expect(error).toBeInstanceOf(OdooLoginError);
  });
});

describe('a refusal', () => {
  const singleton = 'Expected singleton: op.exam(1, 2)';
  it.each([
    ['odoo.exceptions.AccessError', 'You are not allowed…', OdooAccessError, 'access-error'],
    [
      'odoo.exceptions.ValidationError',
      'Code should be unique per batch!',
      OdooValidationError,
      'validation-error',
    ],
    ['odoo.exceptions.UserError', 'Not so.', OdooValidationError, 'validation-error'],
    ['odoo.exceptions.UserError', "Object op.batch doesn't exist", OdooMissingModelError, 'missing-model'],
    ['odoo.exceptions.UserError', 'Invalid language code: xx_XX', OdooLanguageError, 'language'],
    ['odoo.exceptions.MissingError', 'Record does not exist', OdooMissingRecordError, 'missing-record'],
    ['builtins.ValueError', singleton, OdooSingletonError, 'singleton'],
    ['builtins.ValueError', "Invalid field 'x' on model 'op.batch'", OdooMissingFieldError, 'missing-field'],
    [
      'builtins.ValueError',
      "Wrong value for op.student.gender: 'x'",
      OdooValidationError,
      'validation-error',
    ],
    ['builtins.ValueError', 'day is out of range for month', OdooValidationError, 'validation-error'],
    [
      'builtins.ValueError',
      "invalid literal for int() with base 10: 'x'",
      OdooValidationError,
      'validation-error',
    ],
    [
      'psycopg2.errors.NumericValueOutOfRange',
      'integer out of range',
      OdooValidationError,
      'validation-error',
    ],
    ['psycopg2.errors.DatetimeFieldOverflow', `(4, '${user}')`, OdooValidationError, 'validation-error'],
    ['builtins.KeyError', 'res.users', OdooDatabaseError, 'database'],
    ['builtins.TypeError', 'unsupported operand', OdooServerError, 'builtins.TypeError'],
    ['psycopg2.OperationalError', 'FATAL:  database "school" does not exist', OdooDatabaseError, 'database'],
    ['psycopg2.errors.UndefinedTable', 'relation "res_users" does not exist', OdooDatabaseError, 'database'],
    ['psycopg2.OperationalError', 'could not connect to server', OdooUnavailableError, 'database'],
    ['psycopg2.errors.SerializationFailure', 'could not serialize', OdooUnavailableError, 'busy'],
    [`${user}`, 'x', OdooServerError, 'unknown'],
  ])('%s (%s) has a class of its own', async (name, message, type, code) => {
    const { error, call } = await failureOf(() => refusal(name, message));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ call: 'op.batch.create', code });
    expect(call).toMatchObject({ ok: false, code });
  });

  it.each([
    [
      'a name and a phone number',
      'Student Ana Sample ((ana@example.org), tel 0791112233) has already got marks!',
    ],
    ['the row', `duplicate key\nDETAIL:  Key (gr_no)=(9001) exists: Ana Sample, 0791112233, ${key}`],
    ['a name in brackets', 'The student (ana) with tel (0791112233) is not admitted.'],
  ])('of a record keeps nothing of %s', async (_what, message) => {
    const { error } = await failureOf(() => refusal('odoo.exceptions.ValidationError', message));
    expect(`${error.message} ${error.stack} ${error.field}`).not.toMatch(/ana|079|9001|secret-api-key/i);
    expect(error.message).toContain("Odoo's server log has them");
  });

  it('of a record says why in the words of the program', async () => {
    const message = 'Ana Sample, 0791112233:\nCode should be unique per exam!';
    const { error } = await failureOf(() => refusal('odoo.exceptions.ValidationError', message));
    expect(error.reason).toBe('“Code should be unique per”.');
  });

  it.each([
    ['odoo.exceptions.ValidationError', 'x'.repeat(200_000)],
    ['psycopg2.OperationalError', 'database "'.repeat(200_000)],
  ])(
    '%s is understood before the time limit, however long it is',
    async (name, message) => {
      const { error } = await failureOf(() => refusal(name, message));
      expect(error.message.length).toBeLessThan(400);
    },
    20_000,
  );

  it.each([
    'The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n\n' +
      'Model: OpenEduCat Batch (op.batch)\nField: End Date (end_date)\n',
    "Missing required value for the field 'End Date' (end_date).\nModel: 'OpenEduCat Batch' (op.batch)\n",
  ])('names the required field that is not set: %s', async (message) => {
    const { error } = await failureOf(() => refusal('odoo.exceptions.ValidationError', message));
    expect(error.field).toBe('end_date');
  });

  it('without any data is a failure of the server', async () => {
    const { error } = await failureOf(() => ({ jsonrpc: '2.0', id: 1, error: { code: 404, message: user } }));
    expect(error).toBeInstanceOf(OdooServerError);
    expect(error.message).not.toContain(user);
  });
});

describe('something else than an answer', () => {
  it.each([
    ['HTML', '<html>Login</html>', 200, NotOdooError, 'not-odoo'],
    ['an empty page', '', 200, NotOdooError, 'not-odoo'],
    ['other JSON', '{"status":"ok"}', 200, NotOdooError, 'not-odoo'],
    ['a JSON list', '[]', 200, NotOdooError, 'not-odoo'],
    ['a redirect', null, 302, NotOdooError, 'not-odoo'],
    ['a page that is not there', 'Not found', 404, NotOdooError, 'not-odoo'],
    ['a firewall', 'Forbidden', 403, NotOdooError, 'not-odoo'],
    ['half an answer', '{"jsonrpc": "2.0", "id": 1, "resu', 200, OdooUnavailableError, 'half-answer'],
    ['a proxy without Odoo', '<html>Bad gateway</html>', 502, OdooUnavailableError, 'http'],
    ['a limit', 'slow down', 429, OdooUnavailableError, 'http'],
  ])('such as %s is told apart', async (_what, body, status, type, code) => {
    const { error } = await failureOf(() => new Response(body, { status }));
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, httpStatus: status });
  });

  it('such as a broken connection names the reason of the system', async () => {
    const { error } = await failureOf(() => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
    });
    expect(error).toBeInstanceOf(OdooUnavailableError);
    expect(error).toMatchObject({ kind: 'connection', message: expect.stringContaining('ECONNREFUSED') });
  });

  it('such as silence ends with the time-out', async () => {
    const never = (signal: AbortSignal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    const { error } = await failureOf(never, { timeoutMs: 1_000, remainingMs: () => 1_000 });
    expect(error).toMatchObject({ kind: 'timeout', name: 'OdooUnavailableError' });
  });

  it('such as a result of another kind names the place, not the value', async () => {
    const { error } = await failureOf(() => result([user]));
    expect(error).toBeInstanceOf(OdooAnswerError);
    expect(error.message).toContain('0: invalid_type');
    expect(error.message).not.toContain(user);
  });
});

it('no call is begun when the caller has no time left', async () => {
  const { client, sent } = answering(() => result([]), { remainingMs: () => 999 });
  await expect(client.login()).rejects.toMatchObject({ kind: 'timeout' });
  expect(sent).toEqual([]);
});
