import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Plan, PlannedInstance } from '#cli/commands/plan/plan.ts';
import { plannedOutcomes } from '#shared/operate/plan/instance-plan.ts';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { runCli } from '../cli/run-cli.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { unnoticed } from '../sweep/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, picture, startConsole } from './kit.ts';

const hostile = `"O'Neil" &amp; 1 < 2`;
const arabic = 'ا'.repeat(90);

describe.skipIf(noBrowser)(`the page of the plan (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let browser: Browser;
  let running: ConsoleKit;
  let page: Page;
  beforeAll(async () => {
    browser = await startBrowser();
    kit = await startKit({ instances: [{ brake: { share: 0, minimum: 1 } }], schedules: 'none' });
    kit.expectErrors(/The brake is on/);
    await kit.sync(
      program(1, { subject_ids: [1] }),
      ...[subject(1), batch(1, 1), student(1), student(2), student(3), student(4)],
      ...[1, 2, 3].map((id) => enrolment(id, id, 1, 1)),
    );
    await unnoticed(kit, async () => {
      await kit.put(student(1, { active: false }), student(2, { active: false }));
      await kit.put(student(3, { email: 'nobody' }));
      await kit.put(student(4, { first_name: hostile, last_name: arabic }));
      await kit.put(...Array.from({ length: 60 }, (_, index) => student(100 + index)));
    });
    running = await startConsole(kit);
    page = await enter(browser, running);
  });
  afterAll(async () => {
    await browser?.close();
    await running.stop();
    await kit.stop();
  });

  const text = () => page.locator('main').innerText();
  const findOut = async () => {
    await page.goto(`${running.origin}/plan`);
    await page.getByRole('button', { name: 'Find out' }).click();
    await page.getByText('A push would change').waitFor();
  };

  it('shows what would happen by kind, with the figures of the command', async () => {
    await page.goto(`${running.origin}/plan`);
    expect(await accessibilityFindings(page)).toEqual([]);
    await findOut();
    const run = await runCli(kit, ['plan', '--json']);
    const [demo] = run.json<Plan>().instances as PlannedInstance[];
    for (const plan of demo!.services) {
      for (const outcome of plannedOutcomes.filter((name) => plan[name] > 0)) {
        const link = page.locator(`a[href*="service=${plan.service}&outcome=${outcome}"]`);
        expect(await link.innerText(), `${plan.service} ${outcome}`).toBe(String(plan[outcome]));
      }
      for (const [kind, count] of Object.entries(plan.changes)) {
        const link = page.locator(`a[href*="service=${plan.service}&kind=${kind}"]`);
        expect(await link.innerText(), `${plan.service} ${kind}`).toBe(String(count));
      }
    }
    const said = await text();
    expect(said).toContain(
      'Students: the brake would engage and hold 2; 1 of 64 may be taken away in an hour.',
    );
    expect(said).toContain('1 record would not arrive. 1 of them is new.');
    expect(said).toContain('60 people would get a password by mail.');
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'plan');
  });

  it('then by record, filtered and in pages, without names; then field by field', async () => {
    await findOut();
    await page.locator('a[href*="service=students&outcome=created"]').click();
    expect(await page.locator('tbody tr').count()).toBe(50);
    expect(await text()).toContain('1–50 of 60');
    await page.getByRole('link', { name: 'Next' }).press('Enter');
    await page.getByText('51–60 of 60').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(10);
    expect(await text()).not.toContain('@example.org');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.locator('[name=service]').selectOption('students');
    await page.locator('[name=outcome]').selectOption('');
    await page.locator('[name=kind]').selectOption('change');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.getByRole('link', { name: 'oec_student_4' }).click();
    const cells = await page.locator('tbody tr').allInnerTexts();
    expect(cells).toEqual([`firstname\tchange\tStudent\t${hostile}`, `lastname\tchange\tNumber4\t${arabic}`]);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('fits on a phone', async () => {
    await findOut();
    await page.setViewportSize({ width: 360, height: 640 });
    for (const to of ['a[href*="service=students&kind=change"]', 'a:text("oec_student_4")']) {
      await page.waitForLoadState();
      const widths = () => page.evaluate('[document.documentElement.scrollWidth, innerWidth]');
      const [wide, inner] = (await widths()) as [number, number];
      expect(wide).toBeLessThanOrEqual(inner);
      await page.locator(to).click();
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('pushes once that is confirmed, says what came of it, and who did it', async () => {
    await findOut();
    await page.getByRole('button', { name: 'Push now' }).click();
    expect(await text()).toContain('what differs is pushed now. What the brake holds stays held.');
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await kit.site().user('oec_student_100')).toBeUndefined();
    await page.keyboard.press('Enter');
    await page.getByText('What came of it').first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await page.locator('tbody tr').allInnerTexts()).toContain('demo\tStudents\t61\t1\t3');
    const { clients } = kit.cloud;
    const log = operatorLog(clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    const [action] = await log.list('demo');
    expect(action).toMatchObject({ what: 'sync push', records: [] });
    await findOut();
    expect(await page.locator('a[href*="outcome=created"]').count()).toBe(0);
  });

  it('in a console for looking only has no button that pushes, and refuses to', async () => {
    const own = await startConsole(kit, ['--read-only']);
    // Chromium in one process gives the scripts of a page the cookies of another context.
    const another = await startBrowser();
    const looking = await enter(another, own);
    try {
      await looking.goto(`${own.origin}/plan`);
      expect(await looking.getByRole('button', { name: 'Push now' }).count()).toBe(0);
      const refused = await looking.request.post(`${own.origin}/plan/push`, {
        headers: { origin: own.origin },
      });
      expect(refused.status()).toBe(403);
      await looking.getByRole('button', { name: 'Find out' }).click();
      await looking.getByText('A push would change').waitFor();
    } finally {
      await another.close();
      await own.stop();
    }
  });
});
