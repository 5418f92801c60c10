import { expect, it } from 'vitest';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';

it('an enrolment without a batch leads to the courses, and to a group once it has one', async () => {
  await using kit = await PushKit.start();
  const alone = enrolment(1, 1, 1, 1, { batch_id: false });
  await kit.sync(program(1, { subject_ids: [1] }), subject(1), batch(1, 1), student(1), alone);
  expect(kit.troubles()).toEqual({});
  expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student' });
  await kit.sync(enrolment(1, 1, 1, 1));
  expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student in oec_batch_1' });
  await kit.sync(alone);
  expect(await kit.site.participants(course)).toEqual({ oec_student_1: 'student' });
});
