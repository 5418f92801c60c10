import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '#cli/commands/report/report-html.ts';
import { noBrowser, startBrowser } from './chromium.ts';
import { barWidthsOf, contrastsOf, numberIn, overflowOf, partsOf, tableOn } from './page-tables.ts';
import { hostile, sampleReport } from './sample-report.ts';

/** The width of an A4 page between its margins of 14 mm, in CSS pixels. */
const a4 = 688;

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

describe.skipIf(noBrowser)(`the page of a large university's report (${noBrowser ?? 'Chromium'})`, () => {
  let browser: Browser;
  const open = async (colorScheme: 'light' | 'dark', width = 1000) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    await page.setContent(reportHtml(sampleReport()));
    return page;
  };
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  it('shows texts as they are, whatever is in them', async () => {
    const page = await open('light');
    expect(await page.title()).toBe('Report of oec-moodle-sync-prod, 2026-11-25 19:25');
    expect(await page.getByText(hostile, { exact: false }).count()).toBeGreaterThan(0);
    expect(await page.locator('script, img, link').count()).toBe(0);
  });

  it('draws what is there, however little it is, and no bar beyond its end', async () => {
    const page = await open('light');
    const parts = (await partsOf(page, 'instance-main-records')).filter(({ text }) =>
      text.startsWith('students, '),
    );
    expect(parts.map(({ text }) => text)).toContain('students, held: 1');
    expect(Math.min(...parts.map(({ width }) => width))).toBeGreaterThanOrEqual(2);
    const bars = await barWidthsOf(page, 'instance-main-records');
    expect(bars.size).toBe(1);
    expect(sum(parts.map(({ width }) => width))).toBeCloseTo([...bars][0]!, 1);
    const hours = await tableOn(page, 'Changes by hour');
    expect(Object.keys(hours)).toHaveLength(25);
    const most = Object.entries(hours)
      .slice(0, 24)
      .map(([hour, row]): [string, number] => [
        hour,
        numberIn(row['entities changed in Moodle']) + numberIn(row['records brought from Moodle']),
      ])
      .toSorted((a, b) => b[1] - a[1])[0]!;
    const drawn = await partsOf(page, 'last-day-changes');
    const ofMost = drawn.filter(({ text }) => text.startsWith(most[0]));
    expect(ofMost.map(({ text }) => text)[0]).toMatch(/entities changed in Moodle: \d+$/);
    expect(sum(ofMost.map(({ width }) => width))).toBeCloseTo(
      [...(await barWidthsOf(page, 'last-day-changes'))][0]!,
      1,
    );
  });

  it.each(['light', 'dark'] as const)('can be told from its background in %s mode', async (mode) => {
    const contrasts = await contrastsOf(await open(mode));
    expect(Object.keys(contrasts)).toHaveLength(10);
    for (const contrast of Object.values(contrasts)) expect(contrast).toBeGreaterThanOrEqual(3);
  });

  it('is no wider than a telephone or a sheet of A4, on which it is black on white', async () => {
    expect(await overflowOf(await open('light', 360))).toBeLessThanOrEqual(0);
    const page = await open('dark', a4);
    await page.emulateMedia({ media: 'print' });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(ground).toBe('rgb(255, 255, 255)');
  });
});
