import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrakeReading } from '#cli/commands/brake/read-brakes.ts';
import type { DriftEntry } from '#cli/commands/drift/drift.ts';
import { erpStates } from '#shared/store/erp/erp-states.ts';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { inOneGo, range } from '../reliability/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, startConsole } from './kit.ts';

const hostile = '<img src=x onerror=alert(1)>';

describe.skipIf(noBrowser)(`what is held (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let running: ConsoleKit;
  let browser: Browser;
  let page: Page;
  /** What went wrong in the page itself. */
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
    kit = await startKit({ schedules: 'none', erp: {} });
    kit.expectErrors(/The brake is on/);
    await kit.sync(...range(1, 200).map((id) => student(id)));
    await inOneGo(range(1, 60), (part) => kit.delete(...part.map((id) => student(id))));
    await kit.settle();
    running = await startConsole(kit);
    page = await enter(browser, running);
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('dialog', (dialog) => faults.push(dialog.message()));
  });
  afterAll(async () => {
    expect(faults).toEqual([]);
    await browser?.close();
    await running?.stop();
    await kit.stop();
  });

  const go = (path: string) => page.goto(`${running.origin}${path}`);
  const main = () => page.locator('main');
  const button = (name: RegExp | string) => page.getByRole('button', { name });
  const suspended = () =>
    kit
      .site()
      .moodle.siteState.users.all()
      .filter((user) => user.suspended).length;
  const noted = (instance: string) =>
    operatorLog(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName')).list(instance);
  const sound = async () => {
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  it('shows all brakes as the command does, those that wait for a word first', async () => {
    const { brakes } = (await runCli(kit, ['brake', 'show', '--json'])).json<{ brakes: BrakeReading[] }>();
    await go('/held');
    const shown = await main()
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('.number')].map((cell) => Number(cell.textContent))),
      );
    const figures = brakes
      .toSorted((a, b) => Number(b.is_on) - Number(a.is_on))
      .map(({ held, taken_this_hour, limit, in_moodle }) => [held, taken_this_hour, limit, in_moodle]);
    expect(shown).toEqual(figures);
    expect(shown[0]).toEqual([60, 0, 20, 200]);
    await main().getByText('Nothing waits for your word.').waitFor();
    await sound();
  });

  it('tells whom it would touch, by pages, and releases it for a chosen time by keys alone', async () => {
    await page.getByRole('link', { name: 'accounts of students' }).click();
    await main().getByText('60 are held').waitFor();
    expect(await main().locator('li a[href^="/person/student/"]').count()).toBe(50);
    await sound();
    await page.getByLabel('For').selectOption('120');
    await button('It is meant: release the brake').focus();
    await page.keyboard.press('Enter');
    await main().getByText('For 2 hours, whatever the records ask for').waitFor();
    await main().getByText('and 40 others').waitFor();
    await sound();
    expect(suspended()).toBe(0);
    await page.keyboard.press('Enter');
    await main()
      .getByText(/60 were held; queued now: 60\./)
      .waitFor();
    await sound();
    await kit.settle();
    expect(suspended()).toBe(60);
    const [action] = await noted('demo');
    expect(action).toMatchObject({ what: 'brake release students', who: expect.stringContaining('arn:aws') });
    expect(action!.records).toHaveLength(60);
    const { released_until } = await kit.system.instances.getBrake('demo', 'students');
    const hours = (Date.parse(released_until!) - kit.cloud.clock.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(1.9);
    expect(hours).toBeLessThanOrEqual(2);
  });

  it('keeps marks where their brake is not meant', async () => {
    await go('/held/brake?instance=demo&service=marks');
    await page.getByLabel('For').selectOption('30');
    await button('It is not meant: keep what is held').click();
    await main().getByText('in the next 30 minutes, stays in OpenEduCat as it is').waitFor();
    await sound();
    await button('Yes, go on').click();
    await main()
      .getByText(/The brake of marks from Moodle in demo is off/)
      .waitFor();
    expect((await noted('demo'))[0]).toMatchObject({ what: 'brake release marks --keep', records: [] });
  });

  it('compares Moodle with what was pushed, and repairs it', async () => {
    const { moodle } = kit.site();
    const { moodle_id: id } = (await kit.mapping('oec_student_150'))!;
    const user = moodle.siteState.users.get(id!)!;
    Object.assign(user, { firstname: hostile });
    administratorOf(moodle).deleteAccount((await kit.mapping('oec_student_151'))!.moodle_id!);
    const [entry] = (await runCli(kit, ['drift', '--json'])).json<{ instances: DriftEntry[] }>().instances;
    const found = (entry as Extract<DriftEntry, { status: 'compared' }>).findings;
    expect(found.map(({ kind }) => kind).toSorted()).toEqual(['changed', 'missing']);
    expect(found.map(({ action }) => action)).toEqual(['push', 'push']);
    await go('/held');
    await button('Compare now').click();
    await main().getByText('Moodle holds something else in 2 places.').waitFor();
    const rows = await main().locator('tbody tr').allInnerTexts();
    expect(rows).toHaveLength(found.length);
    expect(rows.join()).not.toContain(hostile);
    await sound();
    await page.getByRole('link', { name: 'Deleted in Moodle' }).click();
    expect(await main().locator('tbody tr').count()).toBe(1);
    await button('Repair 2 differences').click();
    await main().getByText('2 differences will be repaired in demo').waitFor();
    await sound();
    await button('Yes, go on').click();
    await main().getByText('2 entities are queued to be pushed again.').waitFor();
    await kit.settle();
    expect(await kit.troubles()).toEqual({});
    expect((await noted('demo'))[0]).toMatchObject({
      what: 'drift --repair',
      records: ['oec_student_150', 'oec_student_151'],
    });
  });

  it('gives the word about what the ERP no longer has, or has otherwise', async () => {
    const states = erpStates(kit.cloud.clients.dynamodb, kit.cloud.resource('ErpStateTableName'));
    const state = (await states.read('export')) ?? {};
    const finding = { severity: 'failed', message: hostile, advice: 'Look at them.' };
    const held = {
      ...{ revision: 0, ...state },
      models: {
        'op.student.course': { status: 'complete', records: 1000, held: 400 },
        'op.batch': { status: 'complete', records: 20 },
      },
      findings: [
        { ...finding, code: 'deletions-held', model: 'op.student.course', count: 400, ids: ['1', '2'] },
        { ...finding, code: 'older-records', model: 'op.batch', count: 1, ids: ['7'] },
      ],
    };
    await states.save('export', held);
    await go('/held');
    await main().getByText('400 deletions are held.').waitFor();
    await sound();
    await button('It is meant: delete them here too').click();
    await main().getByText('For 1 hour, all records of op.student.course').waitFor();
    expect(await states.read('export/op.student.course')).toBeUndefined();
    await page.getByRole('link', { name: 'No, change nothing' }).click();
    await button('It is meant: delete them here too').click();
    await button('Yes, go on').click();
    await page.getByRole('status').getByText('Deletions of op.student.course are released').waitFor();
    const released = await states.read('export/op.student.course');
    expect(released).toMatchObject({ brake: { released_until: expect.any(String) } });
    await button('OpenEduCat is right: take its records over').click();
    await main().getByText('with its grades').waitFor();
    await button('Yes, go on').click();
    await page.getByRole('status').getByText('Records of op.batch are taken over').waitFor();
    expect(await states.read('export/op.batch')).toMatchObject({ accepted_until: expect.any(String) });
    const log = await noted('-');
    expect(log.map(({ what }) => what)).toEqual(['erp accept op.batch', 'erp release op.student.course']);
  });

  it('only shows where nothing may be changed', async () => {
    const looking = await startConsole(kit, ['--read-only']);
    try {
      const own = await enter(browser, looking, 'es');
      await own.goto(`${looking.origin}/held`);
      expect(await own.locator('main button').allTextContents()).toEqual(['Comparar ahora']);
      await own.goto(`${looking.origin}/held/brake?instance=demo&service=marks`);
      expect(await own.locator('main button').count()).toBe(0);
      expect(await accessibilityFindings(own)).toEqual([]);
      const post = `fetch('/held/release', { method: 'POST' }).then(({ status }) => status)`;
      expect(await own.evaluate(post)).toBe(403);
    } finally {
      await looking.stop();
    }
  });
});
