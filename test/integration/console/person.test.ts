import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainedPerson } from '#cli/commands/explain/explain.ts';
import type { FoundPeople } from '#cli/commands/person/find.ts';
import { languages } from '#cli/console/texts/texts.ts';
import type { PulledMarks } from '#shared/operate/person/marks.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { noBrowser, startBrowser } from '../cli/chromium.ts';
import { overflowOf } from '../cli/page-tables.ts';
import { runCli } from '../cli/run-cli.ts';
import { enrolment, faculty, type Kit, session, startKit, student } from '../kit.ts';
import { classroom, pullAttendance } from '../pull/attendance-course.ts';
import { course, courseId, monday, pull, studying, userId } from '../pull/support.ts';
import { accessibilityFindings, type ConsoleKit, enter, picture, startConsole } from './kit.ts';

const hostile = '<img onerror=alert(1) src=x>';
const arabic = 'مرحبا '.repeat(34).trim();

describe.skipIf(noBrowser)(`a person in the console (${noBrowser ?? 'Chromium'})`, () => {
  let kit: Kit;
  let console: ConsoleKit;
  let browser: Browser;
  let page: Page;
  let refusing: () => void;
  beforeAll(async () => {
    kit = await startKit({
      schedules: 'none',
      instances: [{}, { id: 'other', scope: { departments: ['99'] } }],
    });
    await studying(kit, 3);
    const refuse = faults.errorcode('wsnoinstance');
    refusing = kit
      .site()
      .moodle.intercept((call, proceed) =>
        call.function === 'enrol_manual_enrol_users' ? refuse(call, proceed) : proceed(),
      );
    await kit.sync(
      student(4, { gr_no: 'R-2026-4' }),
      enrolment(4, 4, 1, 1, { roll_number: '17' }),
      faculty(4, { email: 'teacher4@example.org' }),
      session(1, 4, 1, 1),
      student(5, { email: 'shared@example.org', name: hostile, first_name: hostile }),
      student(6, { email: 'Shared@example.org', name: arabic }),
      student(7, { email: 'nobody@nowhere' }),
    );
    console = await startConsole(kit);
    browser = await startBrowser();
    page = await enter(browser, console);
  });
  afterAll(async () => {
    await browser?.close();
    await console?.stop();
    await kit.stop();
  });

  /** Looks somebody up by the keyboard alone. */
  async function lookUp(who: string, isNumber = false): Promise<void> {
    await page.goto(`${console.origin}/person`);
    await page.getByLabel('ID, number or e-mail address').focus();
    await page.keyboard.type(who);
    if (isNumber) {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Space');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/person\/(found|student|teacher)\//);
    await page.getByText(/^Under way/).waitFor({ state: 'detached' });
  }

  const heading = () => page.getByRole('heading', { level: 1 }).textContent();

  it('shows nothing of anybody before somebody is asked for', async () => {
    await page.goto(`${console.origin}/person`);
    const text = (await page.locator('main').textContent()) ?? '';
    expect(text).not.toMatch(/@example|Number1/);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it.each([
    ['3', 'Student 3'],
    ['student2@EXAMPLE.org', 'Student 2'],
    ['teacher4@example.org', 'Teacher 4'],
  ])('goes to the one person with an id or an address: %s', async (who, title) => {
    await lookUp(who);
    expect(await heading()).toBe(title);
    // Browsers keep addresses.
    expect(page.url()).not.toContain('@');
  });

  it.each([
    ['r-2026-4', 'Student 4'],
    ['17', 'Student 4'],
  ])('finds a number by reading up to the first match, and says so: %s', async (number, name) => {
    await lookUp(number);
    expect(await heading()).toBe('1 person found');
    const { data } = { data: (await runCli(kit, ['person', 'find', number, '--json'])).json<FoundPeople>() };
    expect(data).toMatchObject({ stopped_early: true, people: [{ id: '4', found_by: 'number' }] });
    await page.getByText(`${data.records_read} records were read, up to the first match`).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on through all records' }).click();
    await page.waitForURL(/\/person\/student\/4$/);
    expect(await heading()).toBe(name);
  });

  it('offers a choice where several may be meant, whatever they are called', async () => {
    await lookUp('4');
    expect(await heading()).toBe('2 people found');
    await page.getByRole('link', { name: 'Teacher 4' }).waitFor();
    await lookUp('shared@example.org');
    expect(await page.locator('ul.people').textContent()).toContain(hostile);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFindings(page)).toEqual([]);
    await lookUp('nobody@nowhere');
    expect(await page.getByRole('link', { name: 'Student 7' }).count()).toBe(1);
    await lookUp('somebody@elsewhere.example');
    expect(await heading()).toBe('Nobody found');
    expect(await page.locator('main').textContent()).not.toContain('elsewhere');
  });

  it('shows the chain to where it breaks, as `explain --offline` says it, with the next attempt', async () => {
    await page.goto(`${console.origin}/person/student/4`);
    const explained = (
      await runCli(kit, ['explain', 'student', '4', '--offline', '--json'])
    ).json<ExplainedPerson>();
    const [instance] = explained.instances;
    const main = page.locator('main');
    const inDemo = page.getByRole('region', { name: 'In demo' });
    for (const { about, text } of [...instance!.steps, ...instance!.courses.flatMap(({ steps }) => steps)]) {
      const step = inDemo.locator('.steps li').filter({ hasText: text }).filter({ hasText: about });
      expect(await step.count(), about).toBeGreaterThan(0);
    }
    expect(await inDemo.locator('.steps li').count()).toBe(
      instance!.steps.length + instance!.courses.flatMap(({ steps }) => steps).length,
    );
    const broken = inDemo.locator('[aria-current="step"]');
    expect(await broken.textContent()).toContain(instance!.obstacle?.text);
    expect(await broken.textContent()).toContain(instance!.obstacle?.advice);
    expect(await broken.textContent()).toMatch(/After 1 of 5 attempts the next one is on 20/);
    expect(await main.textContent()).toContain('student4@example.org');
    await page.getByRole('link', { name: 'Deutsch', exact: true }).click();
    expect(await broken.textContent()).toMatch(
      /Moodle hat enrol_manual_enrol_users mit wsnoinstance abgelehnt\. Es geht um den Kurs .* Nach 1 von 5 Versuchen/,
    );
    await page.getByRole('link', { name: 'English', exact: true }).click();
    expect(await accessibilityFindings(page)).toEqual([]);
    await picture(page, 'person');
  });

  it('shows a teacher, and folds the Moodle that is not theirs', async () => {
    await page.goto(`${console.origin}/person/teacher/4`);
    await page.getByText('other is not for this person').waitFor();
    expect(await page.getByRole('heading', { name: 'In other' }).isVisible()).toBe(false);
    await page.getByText('other is not for this person').click();
    expect(await page.getByRole('heading', { name: 'In other' }).isVisible()).toBe(true);
    expect(await page.locator('main').textContent()).toContain('teacher4@example.org');
    expect(await page.getByRole('link', { name: /^Grades/ }).count()).toBe(0);
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('finds whom the ERP has deleted, as long as there is an account', async () => {
    await kit.syncDeletion(student(3), enrolment(3, 3, 1, 1));
    await lookUp('3');
    expect(await heading()).toBe('Student 3');
    await page.getByText('The ERP no longer has the record.').waitFor();
    expect(await page.locator('[aria-current="step"]').first().textContent()).toContain('holds no student 3');
    await page.goto(`${console.origin}/person/student/99`);
    expect(await page.getByRole('alert').textContent()).toContain('There is no op.student with the id 99');
  });

  it('asks Moodle itself only where that is wanted', async () => {
    const calls = await kit.site().callsDuring(() => page.goto(`${console.origin}/person/student/1`));
    expect(calls).toEqual([]);
    await page.getByText('1 course in which all is well').click();
    await page.getByRole('button', { name: 'Ask Moodle itself' }).click();
    await page.getByText('Moodle itself has been asked for this page.').waitFor();
    expect(await page.locator('main').textContent()).toContain('enrolment in Moodle');
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  it('shows the grades, attendance and completion that came back, as `person marks` has them', async () => {
    const { gradebook } = teacherOf(kit.site().moodle);
    const column = gradebook.addItem(await courseId(kit), { name: hostile });
    gradebook.grade(column, await userId(kit, 1), 77.5, { at: monday });
    gradebook.grade(column, await userId(kit, 2), 12, { at: monday });
    const { addActivity, addSession, take } = classroom(kit);
    const { id: activity } = addActivity();
    for (const [day, acronym] of ['P', 'L'].entries())
      take(activity, addSession(activity, { sessdate: monday + day * 86_400 }), { 1: acronym, 2: 'A' });
    await pull(kit, 'gradebook', 'completion');
    await pullAttendance(kit);
    await page.goto(`${console.origin}/person/student/1`);
    expect(await page.locator('main').textContent()).not.toContain('77.5');
    await page.getByRole('link', { name: /^Grades, attendance/ }).click();
    await page.getByRole('heading', { name: 'Student 1: what came back' }).waitFor();
    const run = await runCli(kit, ['person', 'marks', 'oec_student_1', '--json']);
    const { grades, attendance, completion } = run.json<PulledMarks>();
    expect(grades).toMatchObject([
      { course, name: hostile, marks: 775, grade_raw: 77.5, grade_max: 100 },
      { course, name: 'Attendance', grade_raw: 75 },
    ]);
    expect(attendance.map(({ date, says }) => `${date} ${says}`)).toEqual([
      '2026-11-03 late',
      '2026-11-02 present',
    ]);
    const graded = page.getByRole('table', { name: 'Grades (2)' }).locator('tbody tr');
    expect(await graded.first().textContent()).toContain(`${course}${hostile}77577.5 of 100`);
    const rows = page.getByRole('table', { name: 'Attendance (2)' }).locator('tbody tr');
    expect(await rows.first().textContent()).toMatch(/2026-11-03.*late/);
    expect(await page.getByRole('table', { name: `Completion (${completion.length})` }).count()).toBe(1);
    expect(await page.locator('main img').count()).toBe(0);
    expect(await accessibilityFindings(page)).toEqual([]);
    const text = await runCli(kit, ['person', 'marks', 'oec_student_1']);
    expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining('77.5 of 100') });
    expect((await runCli(kit, ['person', 'marks', 'oec_faculty_4'])).code).toBe(64);
  });

  it('tries again what failed, confirmed and by keys alone, and the history of the record tells who', async () => {
    refusing();
    await page.goto(`${console.origin}/person/student/4`);
    await page.getByText('Nobody has had anything done').waitFor();
    await page.getByRole('button', { name: 'Try again now (1)' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('oec_student_4@enrolments').waitFor();
    expect(await heading()).toBe('Is this meant?');
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: '1 entry is tried again now' }).waitFor();
    await kit.settle();
    await page.getByText('Nothing stands in the way: the person is in 1 course.').waitFor();
    expect(await page.getByRole('button', { name: /Try again/ }).count()).toBe(0);
    const history = await page.getByRole('table', { name: 'What operators have done' }).textContent();
    expect(history).toContain('failures retry');
    expect(history).toContain('arn:aws');
    const course1 = (await kit.mapping('oec_student_4@enrolments'))?.extra_data?.courses;
    expect(course1).toMatchObject({ [course]: { state: 'active' } });
    const shown = await runCli(kit, ['records', 'show', 'op.student', '4', '--history']);
    expect(shown.stdout).toContain('failures retry, by arn:aws');
  });

  it('does no harm with names, and can be read on a phone, in every language, light and dark', async () => {
    await page.setViewportSize({ width: 360, height: 800 });
    for (const [language, name] of Object.entries(languages)) {
      await page.emulateMedia({ colorScheme: language === 'de' ? 'dark' : 'light' });
      for (const id of [5, 6]) {
        await page.goto(`${console.origin}/person/student/${id}`);
        await page.getByRole('link', { name, exact: true }).click();
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(await page.locator('main').textContent()).toContain(id === 5 ? hostile : arabic);
        expect(await page.locator('main img').count()).toBe(0);
        // What `explain` says is in the person's language too.
        if (language !== 'en') expect(await page.locator('.steps [lang="en"]').allTextContents()).toEqual([]);
        await page
          .locator('details')
          .last()
          .evaluate((all) => all.setAttribute('open', ''));
        expect(await accessibilityFindings(page), `${language} ${id}`).toEqual([]);
        expect(await overflowOf(page), `${language} ${id}`).toBeLessThanOrEqual(0);
      }
    }
  });

  it('only looks where it may only look', async () => {
    const looking = await startConsole(kit, ['--read-only']);
    try {
      await kit.sync(student(8, { email: false }));
      const own = await enter(browser, looking);
      await own.goto(`${looking.origin}/person/student/8`);
      expect(await own.getByRole('button', { name: /Try again/ }).count()).toBe(0);
      const cookies = await own.context().cookies();
      const refused = await fetch(`${looking.origin}/person/student/4/retry`, {
        method: 'POST',
        headers: {
          origin: looking.origin,
          cookie: cookies.map((each) => `${each.name}=${each.value}`).join('; '),
        },
      });
      expect(refused.status).toBe(403);
    } finally {
      await looking.stop();
    }
  });
});
