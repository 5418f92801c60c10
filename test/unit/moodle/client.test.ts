import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type FinishedCall, MoodleClient } from '#shared/moodle/client/client.ts';
import {
  MoodleAnswerError,
  MoodleAuthError,
  MoodleError,
  MoodleUnavailableError,
} from '#shared/moodle/client/errors.ts';

const token = 'secret-token';
const personal = 'ana@example.org';

type Answer = (signal: AbortSignal) => Promise<Response> | Response;

/** A Moodle that does not answer. */
const never: Answer = (signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

/** A client whose Moodle gives this answer, and what it was asked. */
function clientWith(answer: Answer, times: { timeoutMs?: number; remainingMs?: () => number } = {}) {
  const requests: { url: string; init: RequestInit }[] = [];
  const calls: FinishedCall[] = [];
  const client = new MoodleClient({
    baseUrl: 'https://moodle.example.org/',
    token,
    ...times,
    fetch: async (url, init) => {
      requests.push({ url: String(url), init: init! });
      return answer(init!.signal!);
    },
    onCall: (call) => calls.push(call),
  });
  return { client, requests, calls };
}

async function failureOf(answer: () => Promise<Response> | Response, schema: z.ZodType = z.unknown()) {
  const { client, calls } = clientWith(answer);
  const error = await client.call('core_user_create_users', { users: [{ email: personal }] }, schema).then(
    () => undefined,
    (reason) => reason,
  );
  return { error, call: calls[0]! };
}

const json = (body: unknown) => new Response(JSON.stringify(body));

describe('a call', () => {
  it('posts everything in the body, once', async () => {
    const { client, requests } = clientWith(() => json([]));
    await client.call('core_user_create_users', { users: [{ email: personal }] }, z.array(z.unknown()));
    expect(requests).toHaveLength(1);
    const { url, init } = requests[0]!;
    expect(url).toBe('https://moodle.example.org/webservice/rest/server.php');
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' });
    expect(Object.fromEntries(init.body as URLSearchParams)).toEqual({
      'users[0][email]': personal,
      wstoken: token,
      wsfunction: 'core_user_create_users',
      moodlewsrestformat: 'json',
    });
  });

  it('answers what the schema makes of it', async () => {
    const { client } = clientWith(() => json({ id: 7, more: 'fields' }));
    expect(await client.call('f', {}, z.object({ id: z.number() }))).toEqual({ id: 7 });
  });

  it('is counted and told, with its size but without its arguments', async () => {
    const { client, calls } = clientWith(() => json(null));
    await client.call('core_user_update_users', { users: [{ id: 1, email: personal }] }, z.null());
    await client.call('core_webservice_get_site_info', {}, z.null());
    expect(calls[0]).toEqual({
      function: 'core_user_update_users',
      milliseconds: expect.any(Number),
      ok: true,
      variables: 2,
    });
    expect(client.statistics).toMatchObject({ calls: 2, writes: 1 });
    expect(client.statistics.byFunction.core_user_update_users?.calls).toBe(1);
  });
});

describe('a refusal', () => {
  it('is a MoodleError with the code, and with nothing of what Moodle says', async () => {
    const { error, call } = await failureOf(() =>
      json({ exception: 'x', errorcode: 'invalidparameter', message: personal, debuginfo: personal }),
    );
    expect(error).toBeInstanceOf(MoodleError);
    expect(error).toMatchObject({ errorcode: 'invalidparameter', function: 'core_user_create_users' });
    expect(`${error.message} ${error.stack}`).not.toContain(personal);
    expect(call).toMatchObject({ ok: false, errorcode: 'invalidparameter' });
  });

  it.each(['invalidtoken', 'accessexception', 'wsaccessusersuspended'])(
    'with %s is a MoodleAuthError',
    async (code) => {
      const { error } = await failureOf(() => json({ exception: 'x', errorcode: code }));
      expect(error).toBeInstanceOf(MoodleAuthError);
      expect(error.message).not.toContain(token);
    },
  );

  it('because of the password policy has a short code, though Moodle gives a page', async () => {
    const { error } = await failureOf(() =>
      json({ exception: 'x', errorcode: `<div>Passwords of ${personal} must…</div>` }),
    );
    expect(error).toMatchObject({ errorcode: 'passwordpolicy' });
    expect(error.message).not.toContain(personal);
  });

  it('with a sentence for a code has no more than a word of ours', async () => {
    const { error } = await failureOf(() =>
      json({ exception: 'x', errorcode: `The user ${personal} is odd` }),
    );
    expect(error.errorcode).toBe('unknownerror');
  });

  it('without a code is a failure of PHP', async () => {
    const { error } = await failureOf(() => json({ exception: 'TypeError', message: personal }));
    expect(error).toMatchObject({ name: 'MoodleError', errorcode: 'phpfailure' });
  });
});

describe('no answer of Moodle', () => {
  it.each([
    ['HTML', '<html><body>Warning</body></html>', 200, 'not-json'],
    ['an empty page', '', 200, 'not-json'],
    ['JSON that breaks off', '[{"id":1},{"i', 200, 'not-json'],
    ['PHP garbage before JSON', '<br />Warning: x in y\n[]', 200, 'not-json'],
    ['a page that is not there', 'Not found', 404, 'http'],
    ['JSON with another status', '[]', 503, 'http'],
    ['a redirect to a login page', null, 303, 'redirect'],
  ])('%s is a MoodleUnavailableError', async (_what, body, status, kind) => {
    const { error, call } = await failureOf(() => new Response(body, { status }));
    expect(error).toBeInstanceOf(MoodleUnavailableError);
    expect(error).toMatchObject({ kind, function: 'core_user_create_users', httpStatus: status });
    expect(call.errorcode).toBe(kind);
  });

  it.each(['sitemaintenance', 'upgraderunning', 'dbconnectionfailed'])(
    '%s is one, of a site in service',
    async (code) => {
      const { error } = await failureOf(() => json({ exception: 'x', errorcode: code }));
      expect(error).toMatchObject({ name: 'MoodleUnavailableError', kind: 'maintenance' });
    },
  );

  it('a broken connection is one, with the reason of the system', async () => {
    const { error } = await failureOf(() => {
      const reason = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      throw new TypeError('fetch failed', { cause: reason });
    });
    expect(error).toMatchObject({ name: 'MoodleUnavailableError', kind: 'connection' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('a body that takes too long is one', async () => {
    const { client } = clientWith(never, { timeoutMs: 10 });
    await expect(client.call('f', {}, z.unknown())).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('a call for which the caller has no time left is one, and is not made', async () => {
    const { client, requests } = clientWith(() => json([]), { remainingMs: () => 900 });
    await expect(client.call('f', {}, z.unknown())).rejects.toMatchObject({ kind: 'timeout' });
    expect(requests).toEqual([]);
  });

  it('an answer that comes after the caller’s time is one', async () => {
    const { client } = clientWith(never, { remainingMs: () => 1_000 });
    await expect(client.call('f', {}, z.unknown())).rejects.toThrow('nothing came within 1 s');
  });

  it('does not quote the page', async () => {
    const { error } = await failureOf(() => new Response(`<p>${personal}</p>`));
    expect(`${error.message} ${error.stack} ${error.cause}`).not.toContain(personal);
  });
});

describe('an answer of another shape', () => {
  it('is a MoodleAnswerError that names the field and not its value', async () => {
    const schema = z.array(z.object({ id: z.number() }));
    const { error, call } = await failureOf(() => json([{ id: personal }]), schema);
    expect(error).toBeInstanceOf(MoodleAnswerError);
    expect(error.message).toContain('core_user_create_users');
    expect(error.message).toContain('0.id');
    expect(error.message).not.toContain(personal);
    expect(call.errorcode).toBe('unexpectedanswer');
  });
});
