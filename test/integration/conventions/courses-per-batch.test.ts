import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysBefore, endOfDay, startOfDay } from '#shared/models/fields/school-day.ts';
import { createCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, getCourseByField, updateCourses } from '#shared/moodle/functions/courses.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { runCli } from '../cli/run-cli.ts';
import {
  batch,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  line,
  program,
  register,
  session,
  sheet,
  startKit,
  student,
  subject,
} from '../kit.ts';
import { pull, pulled, userId } from '../pull/support.ts';
import { sweep, unnoticed } from '../sweep/support.ts';

const day = 24 * 60 * 60_000;
const zone = 'America/Bogota';
const own = 'oec_subj_1_course_1';
const of = (batchId: number) => `${own}_batch_${batchId}`;
/** Starts where no schedule runs: time passes at once, and a sweep follows it. */
const start = async (settings: Record<string, unknown>) => {
  const kit = await startKit({ schedules: 'none', instances: [{ time_zone: zone, ...settings }] });
  // Into the middle of the school's next day.
  await kit.advance(day - (kit.cloud.clock.now() % day) + 15 * 60 * 60_000);
  return kit;
};
const later = async (kit: Kit, days: number) => {
  await kit.advance(days * day);
  await sweep(kit);
};
const today = (kit: Kit) => new Date(kit.cloud.clock.now() - 5 * 60 * 60_000).toISOString().slice(0, 10);
const course = async (kit: Kit, idnumber: string) => {
  const found = await getCourseByField(kit.site().client, 'idnumber', idnumber);
  return found && { shortname: found.shortname, visible: found.visible === 1, ...datesOf(found) };
};
const datesOf = ({ startdate, enddate }: { startdate: number; enddate: number }) => ({ startdate, enddate });

describe('a batch with courses of its own', () => {
  let kit: Kit;
  let begins: string;
  let ends: string;
  beforeAll(async () => {
    kit = await start({
      sync_attendance_from: 'oec',
      course_per: 'batch',
      courses: { made_weeks_before: 2, shown_days_before: 3 },
    });
    begins = daysBefore(today(kit), -30);
    ends = daysBefore(begins, -100);
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      batch(3, 1, { start_date: begins, end_date: ends }),
      student(1),
      enrolment(1, 1, 1, 3),
      faculty(1, { faculty_subject_ids: [1] }),
      faculty(2),
      session(1, 2, 1, 1, { batch_id: [3, 'Batch 3'] }),
    );
  });
  afterAll(() => kit.stop());

  it('has none more than so many weeks before it begins', async () => {
    await later(kit, 15);
    expect(await course(kit, of(3))).toBeUndefined();
    expect(await course(kit, own)).toBeUndefined();
    expect(await kit.troubles()).toEqual({});
    expect((await runCli(kit, ['explain', 'student', '1'])).stdout).toContain('are not made yet');
  });

  it('has them then, hidden, with its dates, its students and their teachers', async () => {
    await later(kit, 1);
    expect(await course(kit, of(3))).toEqual({
      shortname: 'S1_P1_B3',
      visible: false,
      startdate: startOfDay(begins, zone),
      enddate: endOfDay(ends, zone) - 59,
    });
    expect(await kit.site().participants(of(3))).toEqual({
      oec_student_1: 'student in oec_batch_3',
      oec_faculty_1: 'editingteacher',
      oec_faculty_2: 'editingteacher',
    });
    expect(await course(kit, own)).toBeUndefined();
    expect(await kit.troubles()).toEqual({});
  });

  it('shows them some days before, once: what a teacher hides stays hidden', async () => {
    await later(kit, 10);
    expect(await course(kit, of(3))).toMatchObject({ visible: false });
    await later(kit, 1);
    expect(await course(kit, of(3))).toMatchObject({ visible: true });
    const { id } = (await kit.site().course(of(3)))!;
    await updateCourses(kit.site().client, [{ id, visible: 0 }]);
    await later(kit, 5);
    expect(await course(kit, of(3))).toMatchObject({ visible: false });
    await updateCourses(kit.site().client, [{ id, visible: 1 }]);
  });

  it('follows its dates', async () => {
    ends = daysBefore(ends, -7);
    await kit.sync(batch(3, 1, { start_date: begins, end_date: ends }));
    expect(await course(kit, of(3))).toMatchObject({
      startdate: startOfDay(begins, zone),
      enddate: endOfDay(ends, zone) - 59,
    });
  });

  it('is what plan, drift, explain and rebuild-mappings expect', async () => {
    const plan = await runCli(kit, ['plan', '--json']);
    expect(plan.json<{ instances: { would_change: boolean }[] }>().instances).toMatchObject([
      { would_change: false },
    ]);
    const drift = () => runCli(kit, ['drift', '--json']);
    const found = async () => (await drift()).json<{ instances: { findings: unknown[] }[] }>().instances[0]!;
    expect(await found()).toMatchObject({ findings: [] });
    const { id } = (await kit.site().course(of(3)))!;
    await updateCourses(kit.site().client, [
      { id, startdate: startOfDay(daysBefore(begins, -1), zone), enddate: 0 },
    ]);
    const changed = { idnumber: of(3), kind: 'changed', action: 'keep' };
    expect((await found()).findings).toMatchObject([
      { ...changed, about: 'course.enddate', in_erp: ends, in_moodle: '' },
      { ...changed, about: 'course.startdate', in_erp: begins, in_moodle: daysBefore(begins, -1) },
    ]);
    await kit.configure('demo', {
      hand_changes: { 'course.enddate': 'repair', 'course.startdate': 'repair' },
    });
    await runCli(kit, ['drift', '--repair', '--yes']);
    await kit.settle();
    expect(await course(kit, of(3))).toMatchObject({ enddate: endOfDay(ends, zone) - 59 });
    const explained = await runCli(kit, ['explain', 'student', '1', '--course', of(3)]);
    expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining('S1_P1_B3') });
    const before = await kit.mappings();
    const rebuilt = await runCli(kit, ['rebuild-mappings', '--force', '--yes', '--json']);
    expect(rebuilt.code).toBe(0);
    const calls = await kit.site().callsDuring(() => sweep(kit));
    expect(calls.filter(isWrite)).toEqual([]);
    expect([...(await kit.mappings()).keys()].sort()).toEqual([...before.keys()].sort());
  });

  it('brings marks back to the batch', async () => {
    const { gradebook } = teacherOf(kit.site().moodle);
    const { id } = (await kit.site().course(of(3)))!;
    const column = gradebook.addItem(id, { name: 'Oral', grademax: 20 });
    gradebook.grade(column, await userId(kit, 1), 15, { at: kit.cloud.clock.now() / 1000 });
    await pull(kit, 'gradebook');
    const place = { course_id: 1, batch_id: 3 };
    expect(await pulled(kit, 'op.exam')).toMatchObject([place]);
    expect(await pulled(kit, 'op.exam.session')).toMatchObject([place]);
    expect(await pulled(kit, 'op.result.line')).toMatchObject([{ ...place, student_id: 1 }]);
  });

  it('takes attendance of the ERP in its course and its group', async () => {
    await kit.sync(register(1, 1, 1, 3), sheet(1, 1, { attendance_date: today(kit) }), line(1, 1, 1, 'late'));
    expect(await kit.mapping('oec_sheet_1')).toMatchObject({
      status: 'synced',
      made_with: { [of(3)]: expect.any(Number), [`oec_batch_3@${of(3)}`]: expect.any(Number) },
    });
  });

  it('ends: its students leave, its teachers stay, and the courses are left as they are', async () => {
    await later(kit, 105);
    expect(await kit.site().participant(of(3), 'oec_student_1')).toBe('student in oec_batch_3');
    await later(kit, 1);
    expect(await kit.site().participants(of(3))).toEqual({
      oec_student_1: 'suspended student in oec_batch_3',
      oec_faculty_1: 'editingteacher',
      oec_faculty_2: 'editingteacher',
    });
    expect((await runCli(kit, ['explain', 'student', '1'])).stdout).toContain('is over');
    await kit.sync(subject(1, { name: 'Renamed', active: false }));
    expect(await course(kit, of(3))).toMatchObject({ visible: true });
    expect((await kit.site().course(of(3)))!.fullname).toBe('Subject 1 (Batch 3)');
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a university that changes to courses per batch', () => {
  it('leaves the batches that have begun where they are until they end, and nobody is enrolled twice', async () => {
    await using kit = await start({});
    const from = today(kit);
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      // Batch 2 is entered already, but has not begun.
      batch(1, 1, { start_date: daysBefore(from, 30), end_date: daysBefore(from, -60) }),
      batch(2, 1, { start_date: daysBefore(from, -50), end_date: daysBefore(from, -400) }),
      student(1),
      student(2),
      enrolment(1, 1, 1, 1),
      enrolment(2, 2, 1, 2),
    );
    expect(Object.keys(await kit.site().participants(own)).sort()).toEqual([
      'oec_student_1',
      'oec_student_2',
    ]);

    await kit.configure('demo', { course_per: 'batch' });
    // Of all that is there one enrolment would end: that in the batch that has not begun.
    const plan = await runCli(kit, ['plan', '--json']);
    const { instances } = plan.json<{ instances: { services: { changes: Record<string, number> }[] }[] }>();
    expect(Object.assign({}, ...instances[0]!.services.map(({ changes }) => changes))).toEqual({
      suspend_enrolment: 1,
    });
    await later(kit, 1);
    expect(await kit.site().participants(own)).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_student_2: 'suspended student in oec_batch_2',
    });
    // Who comes later goes where the others are; so does a subject.
    await kit.sync(student(3), enrolment(3, 3, 1, 1), subject(2), program(1, { subject_ids: [1, 2] }));
    expect(await kit.site().participant(own, 'oec_student_3')).toBe('student in oec_batch_1');
    expect(await kit.site().participant('oec_subj_2_course_1', 'oec_student_3')).toBe(
      'student in oec_batch_1',
    );
    expect(await course(kit, of(1))).toBeUndefined();

    await later(kit, 25);
    expect(await kit.site().participants(of(2))).toEqual({ oec_student_2: 'student in oec_batch_2' });
    await later(kit, 25);
    expect(await kit.site().participants(of(2))).toEqual({ oec_student_2: 'student in oec_batch_2' });
    expect(await kit.site().participant(own, 'oec_student_2')).toBe('suspended student in oec_batch_2');
    await later(kit, 11);
    expect(await kit.site().participant(own, 'oec_student_1')).toBe('suspended student in oec_batch_1');
    expect(await course(kit, own)).toMatchObject({ visible: true });

    // And back: batch 2 stays in its courses, batch 4 comes into the program's.
    await kit.configure('demo', { course_per: 'program' });
    await kit.sync(batch(4, 1, { start_date: today(kit) }), student(4), enrolment(4, 4, 1, 4));
    await later(kit, 1);
    expect(await kit.site().participant(own, 'oec_student_4')).toBe('student in oec_batch_4');
    expect(await kit.site().participant(of(2), 'oec_student_2')).toBe('student in oec_batch_2');
    expect(await course(kit, of(4))).toBeUndefined();
    expect(await kit.troubles()).toEqual({});
  });
});

it('courses of batches that a Moodle has already are adopted by their short names', async () => {
  await using kit = await start({ course_per: 'batch' });
  const { client } = kit.site();
  const dates = { start_date: daysBefore(today(kit), 1), end_date: daysBefore(today(kit), -50) };
  const [category] = await createCategories(client, [{ name: 'Program 1', parent: 0 }]);
  const made = await createCourses(
    client,
    ['S1_P1_B3', 'S1_P1_B4', 'S1_P1'].map((shortname) => ({
      ...{ fullname: 'Subject 1', shortname, categoryid: category!.id },
    })),
  );
  await unnoticed(kit, () =>
    kit.put(program(1, { subject_ids: [1] }), subject(1), batch(3, 1, dates), batch(4, 1, dates)),
  );
  const { rows } = (await runCli(kit, ['adopt', '--instance', 'demo', '--json'])).json<{
    rows: { idnumber: string | null; verdict: string; moodle: { id: number }[] }[];
  }>();
  const found = rows.filter(({ idnumber }) => idnumber?.startsWith(`${own}_`));
  expect(found.map(({ idnumber, verdict, moodle }) => [idnumber, verdict, moodle[0]?.id])).toEqual([
    [of(3), expect.stringMatching(/certain|likely/), made[0]!.id],
    [of(4), expect.stringMatching(/certain|likely/), made[1]!.id],
  ]);
});
