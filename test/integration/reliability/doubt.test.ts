import { expect, it } from 'vitest';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { claimMilliseconds } from '#shared/sync/units/waits.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { batch, department, enrolment, program, startKit, student, subject } from '../kit.ts';
import { killAtFirst, sendUnit, untilRedelivered } from './support.ts';

it('an enrolment made by halves is ended, although the record is again what was pushed before', async () => {
  await using kit = await startKit();
  await kit.sync(program(1, { subject_ids: [1, 2] }), subject(1), subject(2), batch(1, 1), student(1));
  const record = enrolment(1, 1, 1, 1);
  await kit.sync(record);
  await kit.syncDeletion(record);
  expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toMatch(/^suspended/);
  // Enrolled, out of the old group, and Moodle refuses the new one: what is in Moodle is neither the old nor the new.
  await kit.sync(batch(2, 1));
  const undo = kit
    .site()
    .moodle.intercept(faults.times(1000, 'core_group_add_group_members', faults.errorcode('invalidrecord')));
  await kit.sync(enrolment(2, 1, 1, 2));
  expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toBe('student');
  undo();
  await kit.syncDeletion(enrolment(2, 1, 1, 2));
  expect(await kit.site().participant('oec_subj_1_course_1', 'oec_student_1')).toMatch(/^suspended/);
});

it('an account whose making nobody learnt of is suspended when its record is deleted', async () => {
  await using kit = await startKit();
  const { interceptor, killed } = killAtFirst(
    kit,
    'after',
    ({ function: name }) => name === 'core_user_create_users',
  );
  kit.site().moodle.intercept(interceptor);
  await kit.sync(student(1));
  expect(await killed()).toBe(true);
  await kit.syncDeletion(student(1));
  await kit.advance(untilRedelivered);
  expect((await kit.site().user('oec_student_1'))?.suspended).toBe(true);
  // The same with an answer that was lost instead of a worker.
  kit.site().moodle.intercept(faults.times(1, 'core_user_create_users', faults.answerLost()));
  await kit.sync(student(2));
  await kit.syncDeletion(student(2));
  expect((await kit.site().user('oec_student_2'))?.suspended).toBe(true);
});

it.each(['core_user_create_users', 'core_course_create_courses'])(
  'the same where another record had needed what was made by %s',
  async (making) => {
    await using kit = await startKit({ instances: [], schedules: 'none' });
    await kit.sync(program(1, { subject_ids: [1, 2] }), subject(1), subject(2), student(1), batch(1, 1));
    await kit.sync(enrolment(1, 1, 1, 1));
    await kit.addInstance('demo', {}, {});
    const { interceptor, killed } = killAtFirst(kit, 'after', ({ function: name }) => name === making);
    kit.site().moodle.intercept(interceptor);
    // No message but this one knows of the account and of the courses.
    await sendUnit(kit, { service: 'enrolments', ids: ['1'] });
    await kit.settle();
    expect(await killed()).toBe(true);
    await kit.syncDeletion(student(1), enrolment(1, 1, 1, 1));
    await kit.sync(program(1, { subject_ids: [1] }));
    await kit.advance(untilRedelivered);
    const account = await kit.site().user('oec_student_1');
    const course = await kit.site().course('oec_subj_2_course_1');
    expect([account?.suspended ?? true, course?.visible]).toEqual([true, false]);
    expect(await kit.troubles()).toEqual({});
  },
);

it('what never was in Moodle leaves nothing behind when its record is deleted', async () => {
  await using kit = await startKit();
  kit.site().moodle.intercept(faults.times(1, 'core_user_create_users', faults.connectionReset()));
  await kit.sync(student(1));
  await kit.syncDeletion(student(1));
  // Moodle could have been at it all the time that a worker can be.
  await kit.advance(claimMilliseconds);
  expect(await kit.mapping('oec_student_1')).toBeUndefined();
});

it('an address or short name is free as soon as its owner has another one', async () => {
  await using kit = await startKit();
  const [one, two, three] = [student(1), student(2), student(3)];
  await kit.sync(one, two, three, program(1, { subject_ids: [1, 2] }), subject(1), subject(2));
  await kit.sync(
    { ...one, email: two.email },
    { ...two, email: three.email },
    { ...three, email: 'new@example.org' },
    subject(1, { code: 'S2' }),
    subject(2, { code: 'NEW' }),
  );
  expect(await kit.troubles()).toEqual({});
  expect((await kit.site().user('oec_student_1'))?.email).toBe(two.email);
  expect((await kit.site().course('oec_subj_1_course_1'))?.shortname).toBe('S2_P1');
});

it('a student who waits for two courses is in each of them as soon as it is there', async () => {
  await using kit = await startKit();
  const site = kit.site();
  await kit.sync(program(1, { subject_ids: [1, 2] }), batch(1, 1));
  const { id: categoryid } = site.moodle.siteState.categoryByIdnumber('oec_course_1')!;
  const taken = (shortname: string) => ({ fullname: shortname, shortname, idnumber: '', categoryid });
  await createCourses(site.client, [taken('S1_P1'), taken('S2_P1')]);
  await kit.sync(subject(1), subject(2), student(1), enrolment(1, 1, 1, 1));
  expect(await kit.mapping('oec_student_1@enrolments')).toMatchObject({
    status: 'waiting',
    failure: { waits_for: expect.arrayContaining(['oec_subj_1_course_1', 'oec_subj_2_course_1']) },
  });
  await kit.sync(subject(2, { code: 'FREE' }));
  expect(await site.participant('oec_subj_2_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
  expect(await kit.mapping('oec_student_1@enrolments')).toMatchObject({ status: 'waiting' });
  await kit.sync(subject(1, { code: 'FREE1' }));
  expect(await site.participant('oec_subj_1_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
  expect(await kit.troubles()).toEqual({});
});

it('a failure to change what the ERP has deleted since is no failure any more', async () => {
  await using kit = await startKit();
  await kit.sync(department(1));
  kit.site().moodle.intercept(faults.times(1, 'core_course_update_categories', faults.connectionReset()));
  await kit.sync(department(1, { name: 'Renamed' }));
  expect(await kit.troubles()).toEqual({ oec_dept_1: 'failed: connection' });
  await kit.syncDeletion(department(1));
  expect(await kit.troubles()).toEqual({});
  expect(await kit.site().category('oec_dept_1')).toBeDefined();
});
