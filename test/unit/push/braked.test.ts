import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { isWrite } from '#test/integration/site.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { PushKit } from './push-kit.ts';

const [old, other] = ['oec_subj_1_course_1', 'oec_subj_2_course_1'];
const quarterOfAnHour = 16 * 60_000;

describe('a curriculum that changes while the brake is on', () => {
  let kit: PushKit;
  beforeAll(async () => {
    kit = await PushKit.start();
    await kit.sync(
      ...[program(1, { subject_ids: [1] }), subject(1), subject(2), batch(1, 1)],
      ...[1, 2, 3].flatMap((id) => [student(id), enrolment(id, id, 1, 1)]),
    );
    kit.isBrakeOn = true;
  });
  afterAll(() => kit.moodle.stop());
  const places = (course: string) =>
    Promise.all([1, 2, 3].map((id) => kit.site.participant(course, `oec_student_${id}`)));
  const held = Object.fromEntries([1, 2, 3].map((id) => [`oec_student_${id}@enrolments`, 'held: none']));

  it('takes nobody out of the old course, and keeps nobody out of the new one', async () => {
    await kit.sync(program(1, { subject_ids: [2] }));
    expect(await places(other)).toEqual(Array(3).fill('student in oec_batch_1'));
    expect(await places(old)).toEqual(Array(3).fill('student in oec_batch_1'));
    expect(kit.troubles()).toMatchObject(held);
  });

  it('costs no call while it stays so', async () => {
    const calls = await kit.site.callsDuring(() => kit.advance(quarterOfAnHour));
    expect(calls.filter(isWrite)).toEqual([]);
    expect(kit.troubles()).toMatchObject(held);
  });

  it('adds what comes later as well, and a failure of it leaves it to the brake', async () => {
    const end = kit.moodle.intercept(async (call, proceed) =>
      call.function === 'enrol_manual_enrol_users'
        ? faults.errorcode('wsnoinstance')(call, proceed)
        : proceed(),
    );
    await kit.sync(subject(3), program(1, { subject_ids: [2, 3] }));
    expect(kit.troubles()).toMatchObject(held);
    end();
    await kit.advance(quarterOfAnHour);
    expect(await places('oec_subj_3_course_1')).toEqual(Array(3).fill('student in oec_batch_1'));
    expect(kit.troubles()).toMatchObject(held);
  });

  it('takes them out once the operator has released the brake', async () => {
    await kit.releaseBrake();
    expect(kit.troubles()).toEqual({});
    expect(await places(old)).toEqual(Array(3).fill('suspended student in oec_batch_1'));
    expect(await places(other)).toEqual(Array(3).fill('student in oec_batch_1'));
  });
});

it('a person who is only taken away waits, and nothing is written', async () => {
  await using kit = await PushKit.start();
  await kit.sync(
    program(1, { subject_ids: [1] }),
    subject(1),
    batch(1, 1),
    student(1),
    enrolment(1, 1, 1, 1),
  );
  kit.isBrakeOn = true;
  const finish = enrolment(1, 1, 1, 1, { state: 'finished' });
  expect((await kit.site.callsDuring(() => kit.sync(finish))).filter(isWrite)).toEqual([]);
  expect(kit.troubles()).toEqual({ 'oec_student_1@enrolments': 'held: none' });
  await kit.sync(enrolment(1, 1, 1, 1));
  expect(kit.troubles()).toEqual({});
});
