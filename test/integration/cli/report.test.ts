import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '#cli/commands/report/report.ts';
import type { Mapping } from '#shared/moodle/mappings/mapping.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { type Kit, startKit, student } from '../kit.ts';
import { courseId, hour, monday, pull, studying, userId } from '../pull/support.ts';
import { noBrowser, startBrowser } from './chromium.ts';
import { numberIn, overflowOf, partsOf, tableOn } from './page-tables.ts';
import { runCli } from './run-cli.ts';

/** How many mappings have each value of a key. */
function countedBy(mappings: readonly Mapping[], key: (mapping: Mapping) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const mapping of mappings) counts[key(mapping)] = (counts[key(mapping)] ?? 0) + 1;
  return counts;
}

const byState = ({ service, status }: Mapping) => `${service} ${status}`;
const byReason = ({ failure }: Mapping) => `${failure?.class} ${failure?.code}`;
const withoutZeros = (counts: [string, number][]) =>
  Object.fromEntries(counts.filter(([, count]) => count > 0));

describe('report', () => {
  let kit: Kit;
  let mappings: Mapping[];
  let folder: string;
  const report = async (...args: string[]) =>
    (await runCli(kit, ['report', '--json', ...args])).json<Report>();
  const demo = ({ instances }: Report) => instances.find(({ id }) => id === 'demo')!;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oec-moodle-report-'));
    kit = await startKit({
      instances: [{ id: 'demo' }, { id: 'law', status: 'disabled' }],
      schedules: 'none',
    });
    await studying(kit, 4);
    await kit.sync(student(90, { email: false }), student(91, { email: 'student1@example.org' }));
    const teacher = teacherOf(kit.site().moodle).gradebook;
    const column = teacher.addItem(await courseId(kit), { name: 'Oral', grademax: 20 });
    teacher.grade(column, await userId(kit, 1), 14.5, { at: monday });
    await pull(kit, 'gradebook');
    mappings = [...(await kit.mappings()).values()];
  });
  afterAll(async () => {
    await kit.stop();
    await rm(folder, { recursive: true });
  });

  it('counts what the tables hold, and the calls and changes that were made', async () => {
    const before = await report();
    const instance = demo(before);
    const states = instance.records.flatMap(({ service, states: counts }) =>
      Object.entries(counts).map(([state, count]): [string, number] => [`${service} ${state}`, count]),
    );
    expect(withoutZeros(states)).toEqual(countedBy(mappings, byState));
    const reasons = instance.failures.map(({ class: kind, code, count }): [string, number] => [
      `${kind} ${code}`,
      count,
    ]);
    const bad = mappings.filter(({ status }) => status !== 'synced');
    expect(Object.fromEntries(reasons)).toEqual(countedBy(bad, byReason));
    expect(instance.failures.flatMap(({ idnumbers }) => idnumbers).toSorted()).toEqual(
      bad.map(({ idnumber }) => idnumber).toSorted(),
    );
    const { calls } = kit.site().moodle;
    expect(before.last_day?.total).toMatchObject({
      calls: calls.length,
      calls_failed: calls.filter(({ ok }) => !ok).length,
      given_up: 0,
    });
    const changed = mappings.filter(({ last_synced_at }) => last_synced_at !== undefined);
    expect(
      Object.fromEntries(instance.changed_last_day.map(({ service, count }) => [service, count])),
    ).toEqual(countedBy(changed, ({ service }) => service));

    const revisions = new Map(mappings.map(({ idnumber, last_synced_at }) => [idnumber, last_synced_at]));
    await kit.sync(student(1, { first_name: 'Other' }), student(2, { first_name: 'Name' }), student(3));
    const changes = [...(await kit.mappings()).values()].filter(
      ({ idnumber, last_synced_at }) => revisions.get(idnumber) !== last_synced_at,
    );
    const after = await report();
    expect(after.last_day!.total.pushed - before.last_day!.total.pushed).toBe(changes.length);
    expect(after.last_day!.total.calls).toBe(kit.site().moodle.calls.length);
    mappings = [...(await kit.mappings()).values()];
  });

  it('is one line a figure as CSV, and names no person', async () => {
    const { code, stdout } = await runCli(kit, ['report', '--format', 'csv', '--instance', 'demo']);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/@example\.org|Number1|Other/);
    expect(stdout).not.toContain(kit.site().moodle.token);
    const rows = parse(stdout, { columns: true }) as Record<
      'instance' | 'section' | 'name' | 'value',
      string
    >[];
    const records = rows.filter(({ section }) => section === 'records');
    expect(withoutZeros(records.map(({ name, value }) => [name, Number(value)]))).toEqual(
      countedBy(mappings, byState),
    );
    expect(rows.find(({ section, name }) => section === 'last_day' && name === 'calls')?.value).toBe(
      String(kit.site().moodle.calls.length),
    );
    expect(rows.some(({ instance }) => instance === 'law')).toBe(false);
  });

  it('shows the same in the terminal, and says which instances there are when one is misspelt', async () => {
    const { code, stdout } = await runCli(kit, ['report']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/│ students\s+│ █+░+\s+66 % │\s+6 │/);
    expect(stdout).toContain('oec_student_91');
    const misspelt = await runCli(kit, ['report', '--instance', 'demoo']);
    expect(misspelt).toMatchObject({ code: 1, stdout: '' });
    expect(misspelt.stderr).toContain('There is demo, law.');
  });

  it.skipIf(noBrowser)(
    `is a page that a browser shows without a network, with the figures of the tables (${noBrowser ?? 'Chromium'})`,
    async () => {
      const file = join(folder, 'report.html');
      const { code, stdout } = await runCli(kit, ['report', '--format', 'html', '--output', file]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `The report is in ${file}.\n` });
      expect(await readFile(file, 'utf8')).not.toMatch(/@example\.org|<script/);
      const browser = await startBrowser();
      try {
        const context = await browser.newContext({ javaScriptEnabled: false });
        const page = await context.newPage();
        const requests: string[] = [];
        const complaints: string[] = [];
        await page.route('**', (route) => {
          requests.push(route.request().url());
          return route.continue();
        });
        page.on('console', (message) => complaints.push(message.text()));
        await page.goto(`file://${file}`);
        expect(requests).toEqual([`file://${file}`]);

        const records = await tableOn(page, 'Records by state, demo');
        const cells = Object.entries(records).flatMap(([service, row]) =>
          Object.entries(row).map(([state, cell]): [string, number] => [
            `${service} ${state}`,
            numberIn(cell),
          ]),
        );
        expect(Object.fromEntries(cells)).toMatchObject(countedBy(mappings, byState));
        const students = (await partsOf(page, 'instance-demo-records')).filter(({ text }) =>
          text.startsWith('students, '),
        );
        expect(students.map(({ text }) => text)).toEqual([
          'students, synced: 4',
          'students, conflict: 1',
          'students, invalid: 1',
        ]);
        expect(students[0]!.width / students[1]!.width).toBeCloseTo(4, 1);
        const reasons = await tableOn(page, 'What is not in Moodle as it should be, by reason, demo');
        expect(
          Object.fromEntries(Object.entries(reasons).map(([reason, { count }]) => [reason, numberIn(count)])),
        ).toEqual({
          'conflict: sharedemail': 1,
          'invalid: required': 1,
        });
        const calls = await tableOn(page, 'Calls of Moodle by hour');
        expect(numberIn(calls.all?.['calls of Moodle'])).toBe(kit.site().moodle.calls.length);
        const overview = await tableOn(page, 'All Moodles');
        expect(numberIn(overview.demo?.entities)).toBe(mappings.length);
        expect(overview.law).toMatchObject({ status: 'disabled', entities: '0' });

        await page.setViewportSize({ width: 360, height: 800 });
        expect(await overflowOf(page)).toBeLessThanOrEqual(0);
        expect((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString()).toBe('%PDF-');
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    },
  );

  it('counts the last day by the clock of the cloud, and tells what has become stale', async () => {
    await kit.advance(26 * hour);
    const later = await report('--instance', 'demo');
    expect(Date.parse(later.made_at)).toBeGreaterThan(Date.now() + 25 * hour);
    expect(later.last_day?.total).toMatchObject({ calls: 0, pushed: 0 });
    expect(demo(later)).toMatchObject({ stale: true, changed_last_day: [] });
  });
});
