import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CauseData } from '#cli/commands/failures/list.ts';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { hour, permanentlyFailed, range } from '../reliability/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, picture, startConsole } from './kit.ts';

const refused = (id: number) => student(id, { email: `student${id}@refused.example.net` });
const hostile = '<img src=x onerror=alert(1)>';

describe.skipIf(noBrowser)(`what failed (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let running: ConsoleKit;
  let browser: Browser;
  let page: Page;
  /** Ends that Moodle refuses addresses of the domain `refused.example.net`. */
  let mend: () => void;
  /** What went wrong in the page itself. */
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await startBrowser();
    kit = await startKit({ schedules: 'none' });
    mend = kit.site().moodle.intercept(async (call, proceed) => {
      const isRefused =
        call.function === 'core_user_create_users' &&
        JSON.stringify(call.parameters).includes('refused.example.net');
      return isRefused
        ? {
            ...{ kind: 'exception', exception: 'invalid_parameter_exception' },
            ...{ errorcode: 'invalidparameter', message: 'Invalid parameter value detected' },
          }
        : proceed();
    });
    await kit.sync(refused(1), refused(2), student(3));
    await kit.advance(30 * hour);
    await kit.sync(
      ...range(11, 65).map((id) => student(id, { email: false })),
      student(6, { email: 'student3@example.org', first_name: 'Namesake' }),
      student(7, { first_name: hostile, last_name: 'ع'.repeat(200) }),
    );
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
  const rows = () => page.locator('main tbody tr');
  const sound = async () => {
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 800 });
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  };

  it('groups what failed by cause as the command counts it, with the advice', async () => {
    const listed = (await runCli(kit, ['failures', 'list', '--json'])).json<{
      total: number;
      by_cause: CauseData[];
    }>();
    await go('/failures');
    await main().getByText(`${listed.total} failures`, { exact: true }).waitFor();
    const shown = await rows().evaluateAll((all) =>
      all.map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent!.trim())),
    );
    expect(shown).toEqual(
      listed.by_cause.map((cause) => [`${cause.class}: ${cause.code}`, String(cause.count)]),
    );
    expect(shown).toEqual([
      ['refused: invalidparameter', '2'],
      ['invalid: required', '55'],
      ['invalid: html', '1'],
      ['conflict: sharedemail', '1'],
    ]);
    await main().getByText('PermanentlyFailed holds 2 messages.').waitFor();
    await sound();
    await picture(page, 'failures');
  });

  it('opens a group by pages, narrows it in the address, and exports it', async () => {
    await page.getByRole('link', { name: 'invalid: required' }).click();
    expect(new URL(page.url()).searchParams.get('reason')).toBe('invalid/required');
    expect(await rows().count()).toBe(50);
    await sound();
    await page.getByRole('link', { name: 'Next' }).click();
    expect(await rows().count()).toBe(5);
    await main().getByText('51–55 of 55').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: /Download/ }).click();
    const stream = await (await download).createReadStream();
    const csv = Buffer.concat(await stream.toArray()).toString();
    const exported = await runCli(kit, ['failures', 'export', '-', '--reason', 'invalid/required']);
    expect(csv).toBe(exported.stdout);
    expect(parse(csv, { columns: true })).toHaveLength(55);
    await page.getByLabel('Status').selectOption('conflict');
    await page.getByLabel(/Reason/).fill('');
    await button('Show').click();
    await page.getByRole('link', { name: 'demo oec_student_6' }).waitFor();
    expect(await rows().count()).toBe(1);
  });

  it('tells everything of one; names are text', async () => {
    await page.getByRole('link', { name: 'demo oec_student_6' }).click();
    await main().getByText('belongs to oec_student_3 in Moodle').waitFor();
    await main().getByText('It is tried when either side changes, and once a day.').waitFor();
    await page.getByRole('link', { name: 'oec_student_3' }).waitFor();
    expect(await main().textContent()).not.toMatch(/@example|onerror/);
    await sound();
    await go('/failures/one?target=moodle&first=demo&second=oec_student_7');
    await main().getByText('invalid: html').waitFor();
    await go(`/failures?reason=${encodeURIComponent(hostile)}`);
    expect(await page.getByLabel(/Reason/).inputValue()).toBe(hostile);
    await sound();
  });

  it('says before what trying again means, and after what was left alone, by keys alone', async () => {
    await go('/failures');
    await page.keyboard.press('Tab');
    await button('Try all 59 again').focus();
    await page.keyboard.press('Enter');
    await main().getByText('3 failures will be tried again at once').waitFor();
    await main().getByText('Left alone: 56').waitFor();
    await sound();
    expect(await permanentlyFailed(kit)).toHaveLength(2);
    await page.keyboard.press('Enter');
    await main()
      .getByText(/3 failures are tried again now/)
      .waitFor();
    await main()
      .getByText(/2 messages were taken out/)
      .waitFor();
    await main().getByText('Left alone: 56').waitFor();
    await sound();
    await kit.settle();
    expect(await permanentlyFailed(kit)).toEqual([]);
    expect(await kit.mapping('oec_student_1')).toMatchObject({ status: 'failed', attempts: 1 });
    await go('/failures/one?target=moodle&first=demo&second=oec_student_1');
    await main().getByText('failures retry').waitFor();
    await main()
      .getByText(/arn:aws/)
      .waitFor();
  });

  it('has what is ticked arrive once the cause is put right', async () => {
    mend();
    await go('/failures/records?reason=refused');
    await page.getByLabel('Choose demo oec_student_2').check();
    await button('Try the chosen ones again').click();
    await main().getByText('1 failure will be tried again').waitFor();
    await button('Yes, go on').click();
    await main()
      .getByText(/1 failure is tried again now/)
      .waitFor();
    await kit.settle();
    expect(await kit.mapping('oec_student_2')).toMatchObject({ status: 'synced' });
    await page.getByRole('link', { name: 'Back to what failed' }).click();
    expect(await rows().count()).toBe(1);
    await button('Try the chosen ones again').click();
    await page.getByRole('status').getByText('Nothing was chosen').waitFor();
  });

  it('shows what lies in the dead-letter queue, and deletes what is of no use', async () => {
    await kit.cloud.clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: kit.cloud.resource('PermanentlyFailedQueueUrl'),
        ...{ MessageGroupId: 'demo', MessageBody: hostile },
      }),
    );
    await go('/failures');
    await button('Look through its messages').click();
    await page.getByRole('rowheader', { name: 'unreadable' }).waitFor();
    await sound();
    await page.getByLabel('Choose all on this page').check();
    await button('Delete the chosen ones').click();
    await main().getByText('1 message of PermanentlyFailed will be deleted.').waitFor();
    await button('Yes, go on').click();
    await main().getByText('1 message was taken out').waitFor();
    expect(await kit.cloud.queueMessages(kit.cloud.resource('PermanentlyFailedQueueUrl'))).toEqual([]);
    const log = operatorLog(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    const [noted] = await log.list('-');
    expect(noted).toMatchObject({ what: 'failures discard', who: expect.stringContaining('arn:aws') });
  });

  it('only shows where nothing may be changed', async () => {
    const looking = await startConsole(kit, ['--read-only']);
    try {
      const own = await enter(browser, looking, 'de');
      await own.goto(`${looking.origin}/failures/records`);
      expect(await own.locator('main button').allTextContents()).toEqual(['Anzeigen']);
      expect(await own.locator('main input[type=checkbox]').count()).toBe(0);
      expect(await accessibilityFindings(own)).toEqual([]);
      const post = `fetch('/failures/retry', { method: 'POST' }).then(({ status }) => status)`;
      expect(await own.evaluate(post)).toBe(403);
    } finally {
      await looking.stop();
    }
  });
});
