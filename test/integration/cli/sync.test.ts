import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faults } from '#test/peers/moodle-faults.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { batch, enrolment, type Kit, program, startKit, student, subject } from '../kit.ts';
import { course, courseId, userId } from '../pull/support.ts';
import { runCli } from './run-cli.ts';

describe('sync', () => {
  let kit: Kit;

  beforeAll(async () => {
    // The records were there before the Moodle: no stream tells of them.
    kit = await startKit({ instances: [], schedules: 'none' });
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      student(1),
      enrolment(1, 1, 1, 1),
    );
    await kit.addInstance('demo', {}, {});
  });
  afterAll(() => kit.stop());

  it('pushes what was missed, and says what came of it', async () => {
    const structure = await runCli(kit, ['sync', 'push', '--model', 'op.subject', '--json']);
    expect(structure.code).toBe(0);
    expect(structure.json()).toMatchObject({
      sweeps: [{ instance: 'demo', sweep: 'structure' }],
      end: 'done',
      instances: [{ instance: 'demo', services: { subjects: { pushed: 1, failed: 0, not_synced: 0 } } }],
    });
    const all = await runCli(kit, ['sync', 'push']);
    expect(all.code).toBe(0);
    expect(all.stdout).toMatch(/enrolments\s+│\s+1 │\s+0/);
    // The command has waited: nothing is left to do.
    expect(await kit.site().participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
    const again = await runCli(kit, ['sync', 'push', '--instance', 'demo']);
    expect(again).toMatchObject({ code: 0, stdout: 'Nothing had to be pushed.\n' });
  });

  it('does not wait for what has failed, and says so', async () => {
    const refuse = faults.errorcode('usernotallowed');
    const stop = kit
      .site()
      .moodle.intercept((call, proceed) =>
        call.function === 'core_user_create_users' ? refuse(call, proceed) : proceed(),
      );
    await kit.sync(student(2));
    const { code, stdout } = await runCli(kit, ['sync', 'push', '--model', 'op.student', '--json']);
    stop();
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      end: 'waiting',
      left: { visible: 0, in_flight: 0, delayed: 1 },
      instances: [{ services: { students: { pushed: 0, failed: 0, not_synced: 1 } } }],
    });
  });

  it('pulls one course, whose grades are there when it has ended', async () => {
    const { gradebook } = teacherOf(kit.site().moodle);
    const column = gradebook.addItem(await courseId(kit), { name: 'Oral', grademax: 20 });
    gradebook.grade(column, await userId(kit, 1), 15);
    const args = ['sync', 'pull', '--course', 's1', '--what', 'gradebook', '--json'];
    const { code, stdout } = await runCli(kit, args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      planned: [{ instance: 'demo', pull: 'gradebook', tasks: 1 }],
      end: 'done',
      pulled: [{ instance: 'demo', records: { 'op.result.line': 1 } }],
    });
    const other = await runCli(kit, ['sync', 'pull', '--course', '999999']);
    expect(other).toMatchObject({ code: 0, stderr: '' });
    expect(other.stdout).toContain('no such course is in use');
    const misspelt = await runCli(kit, ['sync', 'pull', '--course', 'PHY999']);
    expect(misspelt).toMatchObject({ code: 1, stdout: '' });
    expect(misspelt.stderr).toContain('No subject has the code PHY999.');
  });

  it('leaves the work going on when it is interrupted', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stop = kit.site().moodle.intercept(async (_call, proceed) => {
      await held;
      return proceed();
    });
    await kit.put(student(1, { last_name: 'Changed' }));
    const run = await runCli(kit, ['sync', 'push'], { interruptAt: ' messages …' });
    release();
    stop();
    expect(run.code).toBe(130);
    expect(run.stdout).toContain('The work goes on without this command');
    await kit.settle();
    expect(await kit.site().user('oec_student_1')).toMatchObject({ lastname: 'Changed' });
  });

  it('waits for no instance that is paused, away or unknown, and calls none of them', async () => {
    await kit.configure('demo', { status: 'paused' });
    const paused = await runCli(kit, ['sync', 'push']);
    expect(paused).toMatchObject({ code: 1, stdout: '' });
    expect(paused.stderr).toContain('oec-moodle instance resume demo');
    await kit.configure('demo', { status: 'active' });
    const breaker = await kit.system.instances.getBreaker('demo');
    const opened = { ...breaker, opened_at: kit.cloud.clock.now(), code: 'invalidtoken', failures: 1 };
    await kit.system.instances.saveBreaker('demo', opened);
    const calls = await kit.site().callsDuring(async () => {
      const away = await runCli(kit, ['sync', 'pull', '--json']);
      expect(away).toMatchObject({ code: 1, stdout: '' });
      expect(away.stderr).toContain('invalidtoken');
    });
    expect(calls).toEqual([]);
    const unknown = await runCli(kit, ['sync', 'push', '--instance', 'other']);
    expect(unknown.stderr).toBe('There is no instance other.\nThere is demo.\n');
  });
});
