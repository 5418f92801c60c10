import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batch,
  enrolment,
  faculty,
  type Kit,
  program,
  session,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

describe.each([
  { make: student, prefix: 'oec_student_', stem: 'student' },
  { make: faculty, prefix: 'oec_faculty_', stem: 'teacher' },
])('accounts of $stem records', ({ make, prefix }) => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit();
  });
  afterAll(() => kit.stop());

  it('makes no account for somebody archived, and suspends one whose fields went bad with it', async () => {
    await kit.sync(make(4, { active: false }), make(5));
    expect(await kit.site().user(`${prefix}4`)).toBeUndefined();
    await kit.sync(make(5, { active: false, email: false }));
    expect(await kit.site().user(`${prefix}5`)).toMatchObject({ suspended: true });
    expect(await kit.troubles()).toEqual({});
  });

  it('makes no second account when its mapping is lost or its account was deleted by hand', async () => {
    await kit.sync(make(6));
    const before = (await kit.site().user(`${prefix}6`))!;
    await kit.cloud.clients.dynamodb.send(
      new DeleteCommand({
        TableName: kit.cloud.resource('MappingsTableName'),
        Key: { instance: 'demo', idnumber: `${prefix}6` },
      }),
    );
    await kit.sync(make(6, { first_name: 'Found' }));
    expect(await kit.site().user(`${prefix}6`)).toMatchObject({ id: before.id, firstname: 'Found' });
    kit.site().moodle.siteState.users.delete(before.id);
    await kit.sync(make(6, { first_name: 'Anew' }));
    expect((await kit.site().user(`${prefix}6`))?.id).not.toBe(before.id);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('what a person has in courses when the person leaves', () => {
  it.each([{ on_finish: 'suspend' }, { on_finish: 'unenrol' }])(
    'suspends with the account, with on_finish=$on_finish too',
    async ({ on_finish }) => {
      await using kit = await startKit({ instances: [{ on_finish }] });
      const participants = () => kit.site().participants('oec_subj_1_course_1');
      await kit.sync(
        program(1, { subject_ids: [1] }),
        subject(1),
        batch(1, 1),
        ...[1, 2].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
        ...[1, 2].flatMap((id) => [faculty(id), session(id, id, 1, 1)]),
      );
      await kit.sync(student(1, { active: false }), faculty(1, { active: false }));
      await kit.syncDeletion(student(2), faculty(2));
      expect(await participants()).toEqual({
        oec_student_1: 'suspended student in oec_batch_1',
        oec_student_2: 'suspended student in oec_batch_1',
        oec_faculty_1: 'suspended editingteacher',
        oec_faculty_2: 'suspended editingteacher',
      });
      await kit.sync(student(1), faculty(1), student(2), faculty(2));
      expect(await participants()).toEqual({
        oec_student_1: 'student in oec_batch_1',
        oec_student_2: 'student in oec_batch_1',
        oec_faculty_1: 'editingteacher',
        oec_faculty_2: 'editingteacher',
      });
      expect(await kit.troubles()).toEqual({});
    },
  );
});
