import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftEntry } from '#cli/commands/drift/drift.ts';
import type { PlanEntry } from '#cli/commands/plan/plan.ts';
import { hourOfInstance } from '#shared/moodle/drift/drift.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import {
  batch,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  program,
  session,
  startKit,
  student,
  subject,
} from '../kit.ts';
import { runCli } from './run-cli.ts';

const course = 'oec_subj_1_course_1';
const hour = 3_600_000;
const everybody = {
  oec_faculty_1: 'editingteacher',
  oec_student_1: 'student in oec_batch_1',
  oec_student_2: 'student in oec_batch_1',
};

describe('drift', () => {
  let kit: Kit;
  const site = () => kit.site();
  const teacher = () => teacherOf(site().moodle);
  const people = () => site().participants(course);
  const idOf = async (idnumber: string) => (await kit.mapping(idnumber))!.moodle_id!;
  const run = async (...args: string[]) => {
    const ran = await runCli(kit, ['drift', '--json', ...args]);
    await kit.settle();
    const [entry] = ran.json<{ instances: DriftEntry[] }>().instances;
    return { ...ran, entry: entry as Extract<DriftEntry, { status: 'compared' }> };
  };

  beforeAll(async () => {
    kit = await startKit({ schedules: 'drift' });
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1), faculty(1), session(1, 1, 1, 1)],
      ...[student(1), enrolment(1, 1, 1, 1), student(2), enrolment(2, 2, 1, 1)],
    );
  });
  afterAll(() => kit.stop());

  it('is content where Moodle holds what was pushed', async () => {
    const { code, entry } = await run();
    expect(entry).toEqual({ instance: 'demo', status: 'compared', findings: [], queued: 0 });
    expect(code).toBe(0);
  });

  it('lists what differs, changes nothing, and lets plan, explain and report tell of it', async () => {
    teacher().people.unenrol(await idOf(course), await idOf('oec_student_1'));
    teacher().hideCourse(await idOf(course));
    const calls = await site().callsDuring(async () => {
      const { code, entry } = await run();
      expect(code).toBe(2);
      expect(entry.findings).toEqual([
        {
          ...{ idnumber: course, kind: 'changed', about: 'course.visible', action: 'keep' },
          ...{ in_erp: true, in_moodle: false },
        },
        {
          ...{ idnumber: 'oec_student_1@enrolments', kind: 'unenrolled', about: course, action: 'push' },
          ...{ in_erp: 'active', in_moodle: null },
        },
      ]);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    const { instances } = (await runCli(kit, ['plan', '--json'])).json<{ instances: PlanEntry[] }>();
    expect(instances).toMatchObject([
      { would_change: true, services: [{ service: 'enrolments', changes: { enrol: 1, join_group: 1 } }] },
    ]);
    const { stdout } = await runCli(kit, ['report']);
    expect(stdout).toContain('Taken out of a course');
    expect(stdout).toContain('Changed in Moodle');
    const explained = await runCli(kit, ['explain', 'student', '1', '--offline']);
    expect(explained.stdout).toContain('Taken out of a course');
  });

  it('has it repaired where it is told to, and not what the instance keeps', async () => {
    const { code, entry } = await run('--repair', '--yes');
    expect([code, entry.queued]).toEqual([0, 1]);
    expect(await people()).toEqual(everybody);
    expect(await site().course(course)).toMatchObject({ visible: false });
    const again = await run();
    expect(again.entry.findings.map(({ kind }) => kind)).toEqual(['changed']);
  });

  it('goes with the next sync push', async () => {
    teacher().people.unenrol(await idOf(course), await idOf('oec_student_1'));
    await run();
    await runCli(kit, ['sync', 'push', '--no-wait']);
    await kit.settle();
    expect(await people()).toEqual(everybody);
  });

  it('says why a Moodle could not be compared', async () => {
    const away = site().moodle.intercept(async () => ({ kind: 'reset' }));
    const { code, stdout } = await runCli(kit, ['drift']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('demo: it could not be compared.')]);
    away();
  });

  it('is done by itself once a day, in the hour of the instance', async () => {
    const now = kit.cloud.clock.now();
    const today = new Date(now).setUTCHours(hourOfInstance('demo'), 0, 0, 0);
    await kit.advance((today > now ? today : today + 24 * hour) - now);
    // Only now: in that very hour of today a comparison may still be to come.
    teacher().deleteCourse(await idOf(course));
    const calls = await site().callsDuring(() => kit.advance(hour));
    expect(calls.map(({ function: name }) => name)).toContain('core_course_create_courses');
    expect(await people()).toEqual(everybody);
    expect(await kit.troubles()).toEqual({});
    const rest = await site().callsDuring(() => kit.advance(22 * hour));
    expect(rest).toEqual([]);
  });
});
