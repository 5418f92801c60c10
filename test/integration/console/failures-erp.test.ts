import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CauseData } from '#cli/commands/failures/list.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { runCli } from '../cli/run-cli.ts';
import {
  erpRow,
  erpWritesDuring,
  givenUp,
  hour,
  makeSchool,
  minute,
  PulledExam,
  pullIn,
  startImportKit,
  sweepImports,
} from '../erp/import-support.ts';
import type { Kit } from '../kit.ts';
import { accessibilityFindings, type ConsoleKit, enter, startConsole } from './kit.ts';

describe.skipIf(noBrowser)(`what failed on its way to OpenEduCat (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let running: ConsoleKit;
  let browser: Browser;
  let page: Page;
  /** An exam that was deleted in the ERP, and the id of a mark that waits for it. */
  let deleted: PulledExam;
  let waiting: string;

  beforeAll(async () => {
    browser = await startBrowser();
    kit = await startImportKit();
    const school = makeSchool(kit, 1);
    const [student] = school.students as [number];
    // The mark of a student whom the ERP does not know is given up in the end.
    const exam = new PulledExam(school, 812);
    await pullIn(kit, ...exam.records(), exam.line(student, 50), exam.line(student + 1, 60));
    for (const wait of [6 * minute, 30 * minute, 4 * hour, 24 * hour]) await kit.advance(wait);
    deleted = new PulledExam(school, 813);
    const first = deleted.line(student, 70);
    await pullIn(kit, ...deleted.records(), first);
    const { erp_id: line, parent_erp_id: examId } = (await erpRow(kit, 'op.result.line', first.id))!;
    kit.erp.registrar.unlink('op.result.line', line!);
    kit.erp.registrar.unlink('op.exam', examId!);
    const again = deleted.line(student, 80);
    waiting = again.id;
    await pullIn(kit, again);
    running = await startConsole(kit);
    page = await enter(browser, running, 'de');
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await kit.stop();
  });

  const main = () => page.locator('main');
  const sound = async () => expect(await accessibilityFindings(page)).toEqual([]);

  it('is found on the other side, counted as by the command, and advised about in the language of the page', async () => {
    const listed = (await runCli(kit, ['erp', 'failures', 'list', '--json'])).json<{
      by_cause: CauseData[];
    }>();
    await page.goto(`${running.origin}/failures`);
    await page.getByRole('link', { name: 'In OpenEduCat' }).click();
    await main().getByText('3 Fehlschläge', { exact: true }).waitFor();
    const shown = await main()
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent!.trim())),
      );
    expect(shown).toEqual(
      listed.by_cause.map((cause) => [`${cause.class}: ${cause.code}`, String(cause.count)]),
    );
    await main().getByText('War das so gemeint, verwerfen Sie dies').waitFor();
    await main().getByText('ErpFailures hat 1 Meldung.').waitFor();
    await sound();
  });

  it('is discarded with what waits for it, once it is said what that means', async () => {
    await page.getByRole('link', { name: 'conflict: deleted-in-erp' }).click();
    await page.getByLabel(`op.exam ${deleted.id} auswählen`).check();
    await page.getByRole('button', { name: 'Ausgewählte verwerfen' }).click();
    await main().getByText('2 Datensätze werden verworfen: OpenEduCat bleibt für sie, wie es ist').waitFor();
    await main().getByText('1 davon geht mit').waitFor();
    await main().getByText(`op.result.line ${waiting}`).waitFor();
    await sound();
    await page.getByRole('button', { name: 'Ja, weiter' }).click();
    await main().getByText('2 Datensätze sind verworfen.').waitFor();
    await sound();
    expect(await erpWritesDuring(kit, () => sweepImports(kit))).toEqual([]);
    await page.goto(`${running.origin}/failures/one?target=erp&first=op.exam&second=${deleted.id}`);
    await main().getByText('erp failures discard').waitFor();
    await sound();
  });

  it('is looked at in its own dead-letter queue', async () => {
    await page.goto(`${running.origin}/failures?target=erp`);
    await page.getByRole('button', { name: 'Meldungen durchsehen' }).click();
    await page.getByRole('rowheader', { name: 'aufgegeben' }).waitFor();
    await sound();
    expect(await givenUp(kit)).toHaveLength(1);
  });
});
