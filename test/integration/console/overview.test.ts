import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '#cli/commands/report/report.ts';
import { languages } from '#cli/console/texts/texts.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { numberIn, overflowOf, tableOn } from '../cli/page-tables.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { studying } from '../pull/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, picture, startConsole } from './kit.ts';

describe.skipIf(noBrowser)(`the console's overview (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let console: ConsoleKit;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    kit = await startKit({ schedules: 'none' });
    await studying(kit, 4);
    await kit.sync(student(90, { email: false }), student(91, { email: 'student1@example.org' }));
    console = await startConsole(kit, ['--read-only']);
    browser = await startBrowser();
    page = await enter(browser, console);
  });
  afterAll(async () => {
    await browser.close();
    await console.stop();
    await kit.stop();
  });

  it('has the figures of `report --brief --json`, what needs a person first', async () => {
    const report = (await runCli(kit, ['report', '--brief', '--json'])).json<Report>();
    const shown = await tableOn(page, 'What is not in Moodle as it should be, by reason, demo');
    const groups = report.instances.flatMap(({ failures }) => failures);
    expect(groups.length).toBe(2);
    for (const group of groups) {
      expect(shown[`${group.class}: ${group.code}`]).toMatchObject({ count: String(group.count) });
    }
    const attention = page.getByRole('table', { name: 'What needs a person' });
    expect(await page.locator('section').first().locator('table').count()).toBe(1);
    for (const { message } of report.attention) expect(await attention.textContent()).toContain(message);
    expect(report.attention.map(({ message }) => message)).toContain(
      'Entities not in Moodle as they should be, and nothing more is tried by itself: 2.',
    );
    await picture(page, 'overview');
  });

  it('counts all records only where that is asked for, and says the same as the report', async () => {
    expect(await page.getByRole('table', { name: 'Records by state, demo' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Count all records' }).click();

    await page.getByRole('columnheader', { name: 'synced', exact: true }).first().waitFor();
    const report = (await runCli(kit, ['report', '--json'])).json<Report>();
    const shown = await tableOn(page, 'Records by state, demo');
    for (const { service, states } of report.instances[0]!.records) {
      expect(numberIn(shown[service]?.synced), service).toBe(states.synced);
    }
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'can be read in %s mode, on a phone, and in every language',
    async (mode) => {
      await page.emulateMedia({ colorScheme: mode });
      await page.setViewportSize({ width: 360, height: 800 });
      for (const [language, name] of Object.entries(languages)) {
        await page.goto(console.origin);
        await page.getByRole('link', { name, exact: true }).click();
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(await overflowOf(page), language).toBeLessThanOrEqual(0);
      }
      expect(await accessibilityFindings(page)).toEqual([]);
    },
  );
});
