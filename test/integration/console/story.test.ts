import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { accessibilityFindings, type ConsoleKit, enter, startConsole } from './kit.ts';

/**
 * README's trial without a terminal: register a Moodle, load records, plan, push; something breaks, is found by the
 * person whom it is about, and put right.
 */
let kit: Kit;
let moodle: SimulatedMoodle;
let console: ConsoleKit;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  if (noBrowser) return;
  kit = await startKit({ instances: [], schedules: 'none' });
  moodle = await SimulatedMoodle.start({ sleep: kit.cloud.clock.spend.bind(kit.cloud.clock) });
  console = await startConsole(kit);
  browser = await startBrowser();
  page = await enter(browser, console);
});
afterAll(async () => {
  if (noBrowser) return;
  await browser.close();
  await console.stop();
  await moodle.stop();
  await kit.stop();
});

const lines = (...records: object[]) => records.map((record) => JSON.stringify(record)).join('\n');
const text = () => page.locator('main').innerText();
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const go = (name: string) =>
  page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();

async function load(file: string): Promise<void> {
  await go('Begin');
  const buffer = Buffer.from(file);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'export.jsonl', mimeType: 'text/plain', buffer });
  await press('Show what is in it');
  await page.getByRole('button', { name: /^Load th/ }).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Load th/ }).click();
  await page.getByText(/^Written: /).waitFor();
  expect(await accessibilityFindings(page)).toEqual([]);
  await kit.settle();
}

it.skipIf(noBrowser)(
  `goes from an empty stack to a student in her course (${noBrowser ?? 'Chromium'})`,
  async () => {
    // Nothing is registered yet, and what is wrong with a token is said without showing it.
    await go('Begin');
    expect(await accessibilityFindings(page)).toEqual([]);
    const before = page.viewportSize()!;
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.setViewportSize(before);
    // What is pasted is read to its end, however long it is.
    const pasted = lines(...Array.from({ length: 5_000 }, (_, index) => student(index + 1)));
    expect(pasted.length).toBeGreaterThan(1024 * 1024);
    const sent = await page.request.post(`${console.origin}/setup/check`, {
      headers: { origin: console.origin },
      multipart: { pasted, model: '' },
    });
    await page.goto(sent.url());
    await page.getByRole('button', { name: 'Load these 5,000 records' }).waitFor();
    await go('Begin');
    const register = async (token: string) => {
      await page.getByLabel('Address (wwwroot)').fill(moodle.url);
      await page.getByLabel('Web service token').fill(token);
      await page.getByLabel('paused: nothing is pushed yet').check();
      await press('Check and register');
    };
    const wrong = 'f'.repeat(32);
    await register(wrong);
    await page.getByRole('alert').waitFor();
    expect(await text()).toContain('Nothing was saved.');
    expect(await page.content()).not.toContain(wrong);
    expect(await accessibilityFindings(page)).toEqual([]);
    await go('Begin');
    await register(moodle.token);
    await page.getByText('main is registered.').waitFor();
    expect(await page.content()).not.toContain(moodle.token);
    expect(await accessibilityFindings(page)).toEqual([]);

    // A file in which one line is not good.
    await load(
      lines(program(1, { subject_ids: [1] }), subject(1), batch(1, 1), student(1), enrolment(1, 1, 1, 1), {
        ...student(2),
        email: 'none',
      }),
    );
    expect(await text()).toContain('Written: 5; unchanged, and so left alone: 0.');
    expect(await text()).toContain('1 line is bad and is not loaded');

    // What would happen, without a writing call; then the Moodle is let in, and it happens.
    await go('Plan');
    await press('Find out');
    await page.getByText('A push would change this.').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(moodle.calls.filter(({ function: name }) => /create|enrol_users/.test(name))).toEqual([]);
    await go('Settings');
    await page.getByRole('link', { name: 'main', exact: true }).click();
    await press('Resume');
    await press('Yes, go on');
    await page.getByText('Status: active').first().waitFor();
    // Moodle lets nobody into the course: somebody has taken its enrolment method away.
    const refuse = faults.errorcode('wsnoinstance');
    const repaired = moodle.intercept((call, proceed) =>
      call.function === 'enrol_manual_enrol_users' ? refuse(call, proceed) : proceed(),
    );
    await go('Plan');
    await press('Push now');
    await press('Yes, go on');
    await page.getByText('What came of it').first().waitFor();
    await kit.settle();

    // The student stands at the desk.
    await go('What failed');
    await page.getByRole('link', { name: 'refused: wsnoinstance' }).waitFor();
    await go('A person');
    const ask = async (who: string) => {
      await page.getByLabel('ID, number or e-mail address').fill(who);
      await page.keyboard.press('Enter');
    };
    await ask('student1@example.org');
    await page.getByRole('heading', { name: 'Student 1' }).waitFor();
    expect(await page.locator('[aria-current="step"]').innerText()).toContain('wsnoinstance');
    repaired();
    await page.getByRole('button', { name: /^Try again now/ }).click();
    await press('Yes, go on');
    await kit.settle();
    await page.getByText('Nothing stands in the way: the person is in 1 course.').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);

    // The other one's record is put right in the ERP, and exported anew.
    await go('A person');
    await ask('2');
    await page.waitForURL(/person.found/);
    await load(lines(student(2), enrolment(2, 2, 1, 1)));
    await go('A person');
    await ask('2');
    await page.getByText('Nothing stands in the way: the person is in 1 course.').waitFor();
    await go('Overview');
    await page.getByText('What needs a person').waitFor();
    expect(await text()).not.toContain('nothing more is tried by itself');
  },
);
