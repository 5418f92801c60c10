import { beforeEach, describe, expect, it } from 'vitest';
import { createUsers } from '#shared/moodle/functions/users.ts';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';
const hour = 3_600_000;

describe('an account that an administrator deletes', () => {
  let kit: PushKit;
  let deleted: number;
  const places = () => kit.site.participants(course);

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(
      program(1, { subject_ids: [1] }),
      ...[subject(1), batch(1, 1), batch(2, 1)],
      ...[student(1), enrolment(1, 1, 1, 1)],
    );
    expect(await places()).toEqual({ oec_student_1: 'student in oec_batch_1' });
    deleted = (await kit.site.user('oec_student_1'))!.id;
    administratorOf(kit.moodle).deleteAccount(deleted);
    expect(await places()).toEqual({});
    return () => kit.moodle.stop();
  });

  it('is made again when the name changes', async () => {
    await kit.sync(student(1, { first_name: 'Again' }));
    await kit.advance(hour);
    expect(await kit.site.user('oec_student_1')).toMatchObject({ firstname: 'Again' });
    expect(kit.mapping('oec_student_1')?.moodle_id).not.toBe(deleted);
    expect(kit.troubles()).toEqual({});
  });

  it('is made again with its courses and groups when the batch changes', async () => {
    await kit.sync(enrolment(1, 1, 1, 2));
    await kit.advance(hour);
    expect(await places()).toEqual({ oec_student_1: 'student in oec_batch_2' });
    expect(kit.troubles()).toEqual({});
  });

  it.each(['suspend', 'unenrol'])(
    'is not missed by an enrolment that ends (%s), nor by an archived student',
    async (on_finish) => {
      kit.instance = { ...kit.instance, on_finish: on_finish as 'suspend' };
      await kit.sync(enrolment(1, 1, 1, 1, { state: 'finished' }));
      await kit.sync(student(1, { active: false }));
      await kit.advance(48 * hour);
      expect(kit.troubles()).toEqual({});
      expect(await kit.site.user('oec_student_1')).toBeUndefined();
      expect(kit.mapping('oec_student_1')).toBeUndefined();
    },
  );

  it('is not missed by a student who is archived in the middle of it all', async () => {
    await kit.sync(student(1, { active: false }));
    await kit.advance(48 * hour);
    expect(kit.troubles()).toEqual({});
    await kit.sync(student(1));
    await kit.advance(hour);
    expect(await places()).toEqual({ oec_student_1: 'student in oec_batch_1' });
  });

  it('gives way to one that somebody has made again by hand', async () => {
    const [again] = await createUsers(kit.site.client, [
      {
        username: 'by-hand',
        firstname: 'Student',
        lastname: 'Number1',
        email: 'student1@example.org',
        password: 'Long-enough-1',
      },
    ]);
    await kit.sync(student(1, { phone: '021' }));
    await kit.sync(student(1, { first_name: 'Changed' }));
    await kit.advance(hour);
    expect(kit.mapping('oec_student_1')?.moodle_id).toBe(again!.id);
    expect(await kit.site.user('oec_student_1')).toMatchObject({ id: again!.id, username: 'by-hand' });
    expect(kit.troubles()).toEqual({});
  });
});
