import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Explanation } from '#shared/operate/explain/explain-person.ts';
import { faults } from '#test/peers/moodle-faults.ts';
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
import { course, courseId, userId } from '../pull/support.ts';
import { runCli } from './run-cli.ts';

const anything = z.unknown();

describe('records show and explain', () => {
  let kit: Kit;

  beforeAll(async () => {
    kit = await startKit({ schedules: 'none' });
    await kit.sync(
      program(1, { subject_ids: [1, 2] }),
      subject(1),
      subject(2, { subject_type: 'elective' }),
      batch(1, 1),
      student(1, { phone: '+41 44 123', user_id: [7, 'student1@example.org'] }),
      enrolment(1, 1, 1, 1),
      student(2, { email: false }),
      enrolment(2, 2, 1, 1),
      student(3),
      enrolment(3, 3, 1, 1, { state: 'finished' }),
      faculty(1),
      session(1, 1, 1, 1),
    );
  });
  afterAll(() => kit.stop());

  async function explained(...args: string[]) {
    const run = await runCli(kit, ['explain', ...args, '--json']);
    expect(run.stderr).toBe('');
    const { instances } = run.json<{ instances: Explanation[] }>();
    return { ...run, explanation: instances[0]! };
  }

  it('shows a record with what was pushed, and contacts only where they are asked for', async () => {
    const shown = await runCli(kit, ['records', 'show', 'op.student', '1', '--json']);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).not.toMatch(/student1@|\+41/);
    expect(shown.json()).toMatchObject({
      record: { first_name: 'Student', email: '(hidden)', user_id: [7, '(hidden)'], mobile: false },
      problems: [],
      instances: [
        {
          instance: 'demo',
          rows: [
            { idnumber: 'oec_student_1', status: 'synced', now: 'pushed', moodle_id: await userId(kit, 1) },
            { idnumber: 'oec_student_1@enrolments', status: 'synced', now: 'pushed' },
          ],
        },
      ],
    });
    const details = await runCli(kit, ['records', 'show', 'op.student', '1', '--details']);
    expect(details.stdout).toContain('student1@example.org');
    const invalid = await runCli(kit, ['records', 'show', 'op.student', '2']);
    expect(invalid.code).toBe(1);
    expect(invalid.stdout).toContain('This student has no e-mail address');
    const nobody = await runCli(kit, ['records', 'show', 'op.student', '99']);
    expect(nobody).toMatchObject({ code: 1, stdout: '' });
  });

  it('finds nothing in the way of somebody who is there, by id and by address, and only reads', async () => {
    const calls = await kit.site().callsDuring(async () => {
      const run = await runCli(kit, ['explain', 'student', 'STUDENT1@example.org']);
      expect(run).toMatchObject({ code: 0, stderr: '' });
      expect(run.stdout).toContain('Nothing stands in the way: in demo the student 1 is in S1_P1.');
      expect(run.stdout).not.toMatch(/student1@/i);
      const teacher = await explained('faculty', '1', '--course', 'S1');
      expect(teacher).toMatchObject({ code: 0, explanation: { courses: [{ course }] } });
    });
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.filter(isWrite)).toEqual([]);
  });

  it('finds somebody by a number too, and names those who may be meant', async () => {
    const { explanation } = await explained('student', 'gr-1');
    expect(explanation.conclusion).toContain('the student 1 is in S1_P1');
    const found = await runCli(kit, ['person', 'find', 'GR-1']);
    expect(found).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/oec_student_1 .*up to the first match/s),
    });
    const both = await runCli(kit, ['person', 'find', '1']);
    expect(both.stdout).toMatch(/oec_student_1 .*oec_faculty_1 /s);
    expect((await runCli(kit, ['person', 'find', '1', '--number'])).code).toBe(1);
    expect((await runCli(kit, ['explain', 'student', 'GR-99'])).stderr).toContain(
      'No student in the records table has this number.',
    );
  });

  it.each([
    [['student', '2'], 'record', 'has no e-mail address'],
    [['student', '3'], 'enrolment 3', 'The enrolment 3 is finished.'],
    [['student', '1', '--course', 'S2_P1'], 'course', 'elective, and the enrolment 1 does not choose it'],
    [['student', '1', '--course', 'XYZ'], 'course', 'No enrolment of the student 1'],
    [['student', '77'], 'record', 'holds no student 77'],
    [['faculty', '1', '--course', '2'], 'course', 'No lecture and no subject'],
  ])('says what stands in the way: %j', async (args, about, text) => {
    const { code, explanation } = await explained(...args);
    expect(code).toBe(1);
    expect(explanation.obstacle).toMatchObject({ about, state: 'stop', text: expect.stringContaining(text) });
    expect(explanation.conclusion).toContain(text);
  });

  it('tells what a failure has to do with one course, and when it is tried again', async () => {
    const refuse = faults.errorcode('wsnoinstance');
    const stop = kit
      .site()
      .moodle.intercept((call, proceed) =>
        call.function === 'enrol_manual_enrol_users' ? refuse(call, proceed) : proceed(),
      );
    await kit.sync(student(4), enrolment(4, 4, 1, 1));
    stop();
    const { explanation } = await explained('student', '4', '--course', '1');
    expect(explanation.obstacle).toMatchObject({
      about: `enrolment in ${course}`,
      state: 'stop',
      text: expect.stringMatching(
        /wsnoinstance\. This is about the course .* After 1 of 5 attempts the next one is on/,
      ),
      advice: 'Add the manual enrolment method to the course in Moodle.',
    });
    expect(JSON.stringify(explanation)).not.toContain('somebody has ended it there');
  });

  it('hears from Moodle itself what was changed there by hand', async () => {
    const { client } = kit.site();
    const [userid, courseid] = [await userId(kit, 1), await courseId(kit)];
    const enrolments = { roleid: 5, userid, courseid, suspend: true };
    await client.call('enrol_manual_enrol_users', { enrolments: [enrolments] }, anything);
    const suspended = await explained('student', '1');
    expect(suspended.explanation.obstacle).toMatchObject({ about: 'enrolment in Moodle', state: 'stop' });
    // What the link knows is all in order.
    expect((await explained('student', '1', '--offline')).code).toBe(0);
    await client.call(
      'enrol_manual_enrol_users',
      { enrolments: [{ ...enrolments, suspend: false }] },
      anything,
    );
    await client.call('core_course_update_courses', { courses: [{ id: courseid, visible: 0 }] }, anything);
    const hidden = await explained('student', '1');
    expect(hidden.explanation.obstacle?.text).toContain('is hidden in Moodle');
    await client.call('core_course_update_courses', { courses: [{ id: courseid, visible: 1 }] }, anything);
  });

  it('names the pause, and the Moodle that is away, as what holds what waits; neither touches what is done', async () => {
    await kit.configure('demo', { status: 'paused' });
    await kit.sync(student(5), enrolment(5, 5, 1, 1));
    const paused = await explained('student', '5');
    expect(paused.explanation.obstacle).toMatchObject({ about: 'instance', state: 'holds' });
    expect(paused.explanation.conclusion).toContain('is paused');
    await kit.configure('demo', { status: 'active' });
    await kit.cloud.clients.dynamodb.send(
      new UpdateCommand({
        TableName: kit.cloud.resource('InstancesTableName'),
        Key: { id: 'demo' },
        UpdateExpression: 'SET breaker = :breaker',
        ExpressionAttributeValues: {
          ':breaker': {
            revision: 9,
            failures: 3,
            probes: 0,
            opened_at: kit.cloud.clock.now(),
            code: 'timeout',
          },
        },
      }),
    );
    const calls = await kit.site().callsDuring(async () => {
      expect((await explained('student', '5')).explanation.conclusion).toContain('does not answer');
      const done = await explained('student', '1');
      expect(done.explanation.conclusion).toContain('as far as the link knows');
    });
    expect(calls).toEqual([]);
  });
});
