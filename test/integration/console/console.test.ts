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
      const byName = await ask('/', { headers: session }).then(() =>
        fetch(own.origin.replace('127.0.0.1', 'localhost'), { headers: session }),
      );
      expect(byName.status).toBe(403);
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
