import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pages } from '#cli/console/pages.ts';
import { languages } from '#cli/console/texts/texts.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { accessibilityFindings, type ConsoleKit, enter, startConsole } from './kit.ts';

describe('the console', () => {
  let kit: Kit;
  let running: ConsoleKit;
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!noBrowser) browser = await startBrowser();
    kit = await startKit({ schedules: 'none' });
    await kit.sync(student(1));
    running = await startConsole(kit);
  });
  afterAll(async () => {
    await browser?.close();
    await running.stop();
    await kit.stop();
  });

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${running.origin}${path}`, { headers, redirect: 'manual' });

  it('turns away who has no session, a wrong host, another origin and a used secret', async () => {
    const own = await startConsole(kit);
    try {
      const ask = (path: string, init: RequestInit = {}) =>
        fetch(`${own.origin}${path}`, { redirect: 'manual', ...init });
      expect((await ask('/')).status).toBe(403);
      const wrong = await ask('/begin?secret=guessed');
      expect(wrong.status).toBe(403);
      expect(wrong.headers.getSetCookie()).toEqual([]);
      const first = await fetch(own.address, { redirect: 'manual' });
      expect(first.status).toBe(303);
      const [cookie = ''] = first.headers.getSetCookie();
      expect(cookie).toMatch(/HttpOnly.*SameSite=Strict/);
      expect((await fetch(own.address, { redirect: 'manual' })).status).toBe(403);
      const session = { cookie: cookie.split(';')[0]! };
      expect((await ask('/', { headers: session })).status).toBe(200);
      for (const headers of [
        { ...session, origin: 'https://elsewhere.example' },
        { ...session, 'sec-fetch-site': 'cross-site' },
      ])
        expect((await ask('/', { headers })).status).toBe(403);
      expect((await ask('/failures', { method: 'POST', headers: session })).status).toBe(403);
      // A name of somebody else's that leads to this machine.
      expect(await statusOf(own, { ...session, host: 'elsewhere.example' })).toBe(403);
      expect(await statusOf(own, session)).toBe(200);
    } finally {
      await own.stop();
    }
  });

  it('lets nothing in from elsewhere: a strict policy, nothing stored', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|http:|https:|\*/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('referrer-policy')).toBeTruthy();
  });

  it('says that credentials have expired, and goes on after a new sign-in', async () => {
    const proxy = await startProxy(kit.cloud.endpoint);
    const own = await startConsole({ cloud: { endpoint: proxy.endpoint } });
    try {
      const first = await fetch(own.address, { redirect: 'manual' });
      const headers = { cookie: first.headers.getSetCookie()[0]!.split(';')[0]! };
      expect((await fetch(own.origin, { headers })).status).toBe(200);
      proxy.isExpired = true;
      const expired = await fetch(own.origin, { headers });
      expect(expired.status).toBe(409);
      expect(await expired.text()).toContain('The credentials have expired: sign in anew.');
      proxy.isExpired = false;
      expect((await fetch(own.origin, { headers })).status).toBe(200);
    } finally {
      await own.stop();
      proxy.stop();
    }
  });

  describe.skipIf(noBrowser)(`in a browser (${noBrowser ?? 'Chromium'})`, () => {
    it('speaks the language of the browser, and another one where it is chosen', async () => {
      const own = await startConsole(kit);
      try {
        const page = await enter(browser!, own, 'de-CH');
        expect(await page.locator('html').getAttribute('lang')).toBe('de');
        for (const [language, name] of Object.entries(languages)) {
          await page.getByRole('link', { name, exact: true }).click();
          expect(await page.locator('html').getAttribute('lang')).toBe(language);
        }
      } finally {
        await own.stop();
      }
    });

    it('has pages in which an accessibility checker finds nothing, and which ask nobody else', async () => {
      const own = await startConsole(kit);
      try {
        const page = await enter(browser!, own);
        const asked: string[] = [];
        page.on('request', (request) => asked.push(request.url()));
        for (const { path } of pages) {
          await page.goto(`${own.origin}${path}`);
          expect(await accessibilityFindings(page), path).toEqual([]);
        }
        const elsewhere = asked.filter((url) => !url.startsWith(own.origin) && !url.startsWith('data:'));
        expect(elsewhere).toEqual([]);
      } finally {
        await own.stop();
      }
    });
  });
});

/** The answer's status to a request whose headers, its host among them, are these. */
async function statusOf(
  { origin }: ConsoleKit,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const asked = request(origin, { headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

/** Stands between the console and the embedded cloud, and refuses expired credentials as AWS does. */
async function startProxy(endpoint: string) {
  const state = { endpoint: '', isExpired: false, stop: () => {} };
  const server = createServer(async (incoming, answer) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    if (state.isExpired) {
      const type = 'ExpiredTokenException';
      const message = 'The security token included in the request is expired';
      answer.writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type });
      answer.end(JSON.stringify({ __type: type, message }));
      return;
    }
    const { 'content-length': _length, host: _host, connection: _connection, ...headers } = incoming.headers;
    const given = await fetch(`${endpoint}${incoming.url}`, {
      method: incoming.method!,
      headers: headers as Record<string, string>,
      ...(parts.length > 0 && { body: Buffer.concat(parts) }),
    });
    const type = given.headers.get('content-type') ?? 'text/plain';
    answer.writeHead(given.status, { 'content-type': type });
    answer.end(Buffer.from(await given.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  state.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  state.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return state;
}
