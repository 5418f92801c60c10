import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { unnoticed } from '../sweep/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, startConsole } from './kit.ts';

describe.skipIf(noBrowser)(`the page of settings (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let browser: Browser;
  let running: ConsoleKit;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    kit = await startKit({ schedules: 'none' });
    await kit.sync(student(26));
    await unnoticed(kit, () => kit.put(student(26, { email: 'new@example.org' })));
    running = await startConsole(kit);
    page = await enter(browser, running);
  });
  afterAll(async () => {
    await browser?.close();
    await running.stop();
    await kit.stop();
  });

  const check = async () => {
    await page.getByRole('button', { name: 'What would change?' }).click();
    await page.waitForLoadState();
  };
  const rows = () => page.locator('tbody tr').allInnerTexts();

  it('has a field for each setting, and shows what the command says is wrong beside it', async () => {
    await page.goto(`${running.origin}/settings`);
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'demo' }).click();
    await page.locator('[name="brake.share"]').fill('2');
    await page.locator('[name=total_marks]').fill('many');
    await check();
    const wrong = await runCli(kit, ['instance', 'set', 'demo', 'total_marks=many']);
    const [said = ''] = wrong.stderr.split('\n');
    expect(await page.locator('[id="problem-total_marks"]').innerText()).toBe(said);
    await page.locator('[name=total_marks]').fill('');
    await check();
    expect(await page.locator('[id="problem-brake.share"]').count()).toBe(1);
    expect(await page.locator('[name="brake.share"]').inputValue()).toBe('2');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 640 });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(360);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('takes settings of which an operator chooses the name', async () => {
    await page.goto(`${running.origin}/settings/demo`);
    await page.locator('[name=more]').fill('profile.profile_field_staff={person.id}\nprofile.nothing=1\n');
    await check();
    expect(await page.locator('.bad').allInnerTexts()).toContainEqual(
      expect.stringContaining('profile.nothing'),
    );
    await page.locator('[name=more]').fill('profile.profile_field_staff={person.nmae}');
    await check();
    const wrong = page.locator('.bad', { hasText: 'profile.profile_field_staff' });
    expect(await wrong.innerText()).toContain('a person has no field nmae');
    await page.locator('[name=more]').fill('profile.profile_field_staff={person.id}');
    await check();
    expect(await rows()).toEqual([
      expect.stringMatching(/profile_field_staff\s+\(default\)\s+\{person\.id\}/),
    ]);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('shows before and after, saves once that is confirmed, and gives a default back', async () => {
    await page.goto(`${running.origin}/settings/demo`);
    await page.locator('[name="brake.share"]').fill('0.2');
    await page.locator('[name=total_marks]').fill('1000');
    await page.locator('[name=on_finish]').selectOption('unenrol');
    await check();
    expect(await rows()).toEqual([
      'on_finish\tsuspend\tunenrol',
      'brake.share\t0.1\t0.2',
      'total_marks\t(default)\t1000',
    ]);
    expect((await kit.system.instances.get('demo'))?.on_finish).toBe('suspend');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Yes, go on' }).press('Enter');
    await page.getByText('The settings are saved.').waitFor();
    const saved = await kit.system.instances.get('demo');
    expect(saved).toMatchObject({ on_finish: 'unenrol', brake: { share: 0.2 }, total_marks: 1000 });
    await page.locator('[name=on_finish]').selectOption('');
    await check();
    expect(await rows()).toEqual(['on_finish\tunenrol\tsuspend (default)']);
  });

  it('shows what one record would become before anything is saved', async () => {
    await page.goto(`${running.origin}/settings/demo`);
    await page.locator('[name="field_ownership.user.email"]').selectOption('create');
    await check();
    await page.getByLabel('ID in the ERP').fill('26');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'demo: op.student 26' }).waitFor();
    const mail = 'student26@example.org';
    expect(await rows()).toContain(`oec_student_26\temail\t${mail}\tnew@example.org\t${mail}`);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect((await kit.system.instances.get('demo'))?.field_ownership).toEqual({});
    await page.getByRole('link', { name: 'Back to the changes' }).click();
    await page.getByRole('button', { name: 'Save' }).waitFor();
  });

  it('pauses and resumes, and the history has who did it', async () => {
    for (const [button, status] of [
      ['Pause', 'paused'],
      ['Resume', 'active'],
    ] as const) {
      await page.goto(`${running.origin}/settings/demo`);
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('button', { name: 'Yes, go on' }).click();
      await page.getByText(`Status: ${status}`).first().waitFor();
      expect((await kit.system.instances.get('demo'))?.status).toBe(status);
    }
    await kit.settle();
    const { clients } = kit.cloud;
    const log = operatorLog(clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    const done = (await log.list('demo')).map(({ what }) => what);
    expect(done).toEqual(['instance resume', 'instance pause', 'instance set']);
  });

  it('in a console for looking only has no button that saves, and refuses to', async () => {
    const own = await startConsole(kit, ['--read-only']);
    const looking = await enter(browser, own);
    try {
      await looking.goto(`${own.origin}/settings/demo?set=on_finish%3D`);
      expect(await looking.getByRole('button', { name: 'Save' }).count()).toBe(0);
      expect(await looking.getByRole('button', { name: 'Pause' }).count()).toBe(0);
      const headers = { origin: own.origin };
      const refused = await looking.request.post(`${own.origin}/settings/demo/save`, { headers });
      expect(refused.status()).toBe(403);
    } finally {
      await own.stop();
    }
  });
});
