import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdoptionData } from '#cli/commands/adopt/show.ts';
import { languages } from '#cli/console/texts/texts.ts';
import { blankUser } from '#local/moodle/state/install-site.ts';
import { adoptedKinds } from '#shared/models/services.ts';
import { operatorLog } from '#shared/store/tables/operator-log.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { makeOldMoodle, type OldMoodle } from '../cli/old-moodle.ts';
import { numberIn, overflowOf, tableOn } from '../cli/page-tables.ts';
import { runCli } from '../cli/run-cli.ts';
import { isWrite, type Kit, startKit, student } from '../kit.ts';
import { accessibilityFindings, type ConsoleKit, patience, picture, startConsole } from './kit.ts';

/** A university with 300 old accounts, before anything is adopted. */
async function startOld(): Promise<{ kit: Kit; old: OldMoodle }> {
  const kit = await startKit({ instances: [{ status: 'paused' }], moodle: { allowAccountsSameEmail: true } });
  const old = await makeOldMoodle(kit.site());
  await kit.sync(...old.records);
  return { kit, old };
}

const lookedAt = (page: Page) => page.getByRole('heading', { name: 'Adopt in demo' }).waitFor();

async function look(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/adopt`);
  await page.keyboard.press('Enter');
  await lookedAt(page);
  await page.getByRole('table', { name: 'How everything stands' }).waitFor();
}

/** Presses a key that leads to another page. */
async function pressing(page: Page, key: string): Promise<void> {
  const arrived = page.waitForEvent('load');
  await page.keyboard.press(key);
  await arrived;
}

async function clicking(page: Page, button: string): Promise<void> {
  const arrived = page.waitForEvent('load');
  await page.getByRole('button', { name: button }).click();
  await arrived;
}

const recordOn = (page: Page) => page.locator('h2 .soft').innerText();

/** What adopting comes to: what the mappings say, and the ID numbers in Moodle. */
async function outcomeOf(kit: Kit) {
  const mappings = [...(await kit.mappings()).values()].map(
    ({ idnumber, status, moodle_id, adoption, active, extra_data }) => ({
      ...{ idnumber, status, moodle_id, adoption, active, extra_data },
    }),
  );
  const { users, categories, courses, groups } = kit.site().moodle.siteState;
  const numbers = [users, categories, courses, groups].map((rows) =>
    rows.all().map(({ id, idnumber }) => [id, idnumber]),
  );
  return { mappings: mappings.sort((a, b) => (a.idnumber < b.idnumber ? -1 : 1)), numbers };
}

// The cases build on each other, as the days of an operator do.
describe.skipIf(noBrowser)(`adopting on a page (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let old: OldMoodle;
  let running: ConsoleKit;
  let browser: Browser;
  let page: Page;
  let second: Page;
  /** What was decided, by idnumber, as a reviewed report says it. */
  const decided = new Map<string, string>();

  beforeAll(async () => {
    ({ kit, old } = await startOld());
    running = await startConsole(kit);
    browser = await startBrowser();
    // Two tabs of one browser, as two people: Chromium without processes mixes up the cookies of several.
    const context = await browser.newContext({ locale: 'en' });
    context.setDefaultTimeout(patience);
    [page, second] = [await context.newPage(), await context.newPage()];
    await page.goto(running.address);
  });
  afterAll(async () => {
    await browser.close();
    await running.stop();
    await kit.stop();
  });

  const adoptData = async (...args: string[]) =>
    (await runCli(kit, ['adopt', '--instance', 'demo', '--json', ...args])).json<AdoptionData>();

  it('looks without one writing call, and has the figures of the command', async () => {
    const calls = await kit.site().callsDuring(() => look(page, running.origin));
    expect(calls.filter(isWrite)).toEqual([]);
    const { counts, overwrites } = await adoptData();
    const shown = await tableOn(page, 'How everything stands');
    const names = { category: 'Categories', course: 'Courses', group: 'Groups', account: 'Accounts' };
    for (const kind of adoptedKinds) {
      const row = shown[names[kind]]!;
      expect(numberIn(row.Certain)).toBe(counts[kind].certain);
      expect(numberIn(row.Ambiguous)).toBe(counts[kind].ambiguous);
      expect(numberIn(row['In conflict'])).toBe(counts[kind].conflict);
      expect(numberIn(row['Only in the ERP'])).toBe(counts[kind].only_in_oec);
      expect(numberIn(row['Only in Moodle'])).toBe(counts[kind].only_in_moodle);
    }
    const text = await page.locator('main').innerText();
    for (const [field, count] of Object.entries(overwrites)) expect(text).toContain(`${field} (${count})`);
    // What is certain is folded, and nobody's address stands on a page where nobody was asked for.
    expect(await page.locator('details[open]').count()).toBe(0);
    expect(await page.content()).not.toMatch(/person\d+@example/);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('lists what stands how, page by page', async () => {
    await page.getByRole('row', { name: 'Accounts' }).getByRole('link').nth(0).click();
    await page.getByRole('heading', { name: 'Certain' }).waitFor();
    const rows = page.getByRole('table', { name: 'Certain' }).locator('tbody tr');
    expect(await rows.count()).toBe(50);
    expect(await page.content()).not.toMatch(/person\d+@example/);
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('51–100').or(page.getByText('51')).first().waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await pressing(page, 'b');
    await lookedAt(page);
  });

  it('asks one at a time, side by side, and one key decides', async () => {
    await pressing(page, 'Enter');
    expect(await accessibilityFindings(page)).toEqual([]);
    const { width } = page.viewportSize()!;
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width, height: 800 });
    await picture(page, 'adopt');
    const first = await recordOn(page);
    // Later; and back, where the decision stands with who has made it.
    await pressing(page, 'l');
    expect(await recordOn(page)).not.toBe(first);
    await pressing(page, 'b');
    expect(await recordOn(page)).toBe(first);
    expect(await page.locator('.said strong').innerText()).toBe('Later');
    await clicking(page, 'Take this decision back');
    expect(await page.locator('.said strong').count()).toBe(0);
  });

  it('does not let two people overwrite each other: the later one sees who has decided what', async () => {
    const question = page.url();
    await second.goto(question);
    const idnumber = await recordOn(page);
    expect(await recordOn(second)).toBe(idnumber);
    await pressing(page, 'l');
    await second.bringToFront();
    await pressing(second, 'l');
    expect(await second.locator('p.said').innerText()).toMatch(
      /not kept: \w+ has decided in the meantime \(Later\)/,
    );
    expect(second.url()).toContain(idnumber);
    expect(await accessibilityFindings(second)).toEqual([]);
    // Who has seen it may decide otherwise.
    await clicking(second, 'Take this decision back');
    await page.bringToFront();
    await page.goto(question);
    expect((await adoptData()).kept_decisions).toEqual([]);
  });

  it('goes on tomorrow, in another console, and carries out by the same logic', async () => {
    const half = Math.ceil(
      [...old.truth.values()].filter(({ verdict }) => verdict === 'ambiguous').length / 2,
    );
    await decideAll(half);
    expect(decided.size).toBe(half);
    const { kept_decisions } = await adoptData();
    expect(new Map(kept_decisions.map(({ idnumber, decision }) => [idnumber, decision]))).toEqual(decided);
    for (const { who, refused } of kept_decisions) {
      expect(who).toMatch(/^arn:aws:/);
      expect(refused).toBeNull();
    }
    await running.stop();
    running = await startConsole(kit);
    await page.goto(running.address);
    await look(page, running.origin);
    await page.getByText(`${half} decisions wait`).first().waitFor();
    await pressing(page, 'Enter');
    await decideAll(1_000);
  });

  /** Decides by keys, from the question that is shown, until nothing is open. */
  async function decideAll(most: number): Promise<void> {
    for (let count = 0; count < most; count += 1) {
      if ((await page.getByRole('heading', { level: 1 }).innerText()) === 'Adopt in demo') return;
      const idnumber = await recordOn(page);
      const { moodleId } = old.truth.get(idnumber)!;
      const button = page.locator(
        moodleId === undefined ? 'button[value=new]' : `button[value="match ${moodleId}"]`,
      );
      const isPossible = (await button.count()) > 0;
      const key = isPossible ? (await button.getAttribute('data-key'))! : 'l';
      const decision = isPossible ? (await button.getAttribute('value'))! : 'skip';
      await pressing(page, key);
      decided.set(idnumber, decision);
    }
  }

  it('says before what will happen, applies, and comes to what the command comes to', async () => {
    await page.getByText('Nothing is open').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await clicking(page, 'Apply …');
    await page.getByText(/2\d\d records are adopted in demo, and \d+ decisions are carried out/).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await kit.mappings()).toEqual(new Map());
    await page.keyboard.press('Enter');
    await page.getByText(/^\d+ were adopted\./).waitFor();
    const count = numberIn(
      await page
        .getByText(/^\d+ were adopted\./)
        .innerText()
        .then((text) => text.split(' ')[0]),
    );
    expect(await accessibilityFindings(page)).toEqual([]);
    expect((await adoptData()).kept_decisions).toEqual([]);

    const other = await startOld();
    const folder = await mkdtemp(join(tmpdir(), 'oec-moodle-adopt-'));
    try {
      const report = join(folder, 'gap.csv');
      const cli = (...args: string[]) => runCli(other.kit, ['adopt', '--instance', 'demo', ...args]);
      await cli('--report', report);
      const lines: Record<string, string>[] = parse(await readFile(report, 'utf8'), {
        bom: true,
        columns: true,
      });
      for (const line of lines) line.decision = decided.get(line.idnumber!) ?? '';
      const reviewed = join(folder, 'reviewed.csv');
      await writeFile(reviewed, stringify(lines, { header: true, bom: true }));
      const data = (await cli('--from', reviewed, '--apply', '--json')).json<AdoptionData>();
      expect(data).toMatchObject({ adopted_now: count, refused_lines: [], problems: [] });
      expect(await outcomeOf(kit)).toEqual(await outcomeOf(other.kit));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await other.kit.stop();
    }
  });

  it('shows a decision whose match is no longer so, and does not carry it out', async () => {
    const id = 7_777;
    const hostile = 'Nora" onerror="alert(1) &lt;';
    const person = {
      first_name: hostile,
      last_name: 'م'.repeat(90),
      email: 'nora@example.org',
    };
    const { users } = kit.site().moodle.siteState;
    const names = { firstname: person.first_name, lastname: person.last_name };
    const account = users.insert({
      ...blankUser(),
      ...names,
      username: 'nora',
      email: 'other@example.org',
    }).id;
    await kit.sync(student(id, person));
    await look(page, running.origin);
    await page.goto(`${page.url()}/ask?record=oec_student_${id}`);
    await pressing(page, '1');
    users.insert({ ...blankUser(), ...names, username: 'nora2', email: 'third@example.org' });
    await look(page, running.origin);
    await page.getByRole('heading', { name: 'No longer so' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page
      .getByRole('link', { name: `oec_student_${id}` })
      .first()
      .click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('This decision is not applied');
    expect(await page.locator('main').innerText()).toContain(hostile);
    await page.setViewportSize({ width: 360, height: 800 });
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await accessibilityFindings(page)).toEqual([]);
    const { problems, kept_decisions } = await adoptData('--apply');
    expect(problems).toEqual([]);
    expect(kept_decisions).toMatchObject([
      {
        idnumber: `oec_student_${id}`,
        decision: `match ${account}`,
        refused: expect.stringContaining('look at it again'),
      },
    ]);
    expect((await kit.mappings()).get(`oec_student_${id}`)).toMatchObject({ adoption: 'undecided' });
  });

  it('is only looked at in a console that is for looking only, in four languages', async () => {
    const readOnly = await startConsole(kit, ['--read-only']);
    try {
      await page.goto(readOnly.address);
      await look(page, readOnly.origin);
      const desk = page.url();
      await page.goto(`${desk}/ask`);
      expect(await page.locator('main form').count()).toBe(0);
      for (const path of ['ask', 'withdraw', 'apply']) {
        const answer = await page.request.post(`${desk}/${path}`, { headers: { origin: readOnly.origin } });
        expect(answer.status()).toBe(403);
      }
      for (const [language, name] of Object.entries(languages)) {
        await page.getByRole('link', { name, exact: true }).click();
        for (const path of ['', '/ask', '/list?verdict=only_in_moodle']) {
          await page.goto(`${desk}${path}`);
          expect(await page.locator('html').getAttribute('lang')).toBe(language);
          expect(await accessibilityFindings(page)).toEqual([]);
        }
      }
    } finally {
      await readOnly.stop();
    }
  });

  it('is in the history of each record: who has decided, and who has adopted', async () => {
    const log = operatorLog(kit.cloud.clients.dynamodb, kit.cloud.resource('MappingsTableName'));
    const [idnumber, decision] = [...decided].find(([, said]) => said.startsWith('match'))!;
    const actions = await log.list('demo', { record: idnumber });
    expect(actions.map(({ what }) => what).slice(0, 2)).toEqual(['adopt', `adopt: ${decision}`]);
  });
});
