import { beforeEach, describe, expect, it } from 'vitest';
import type { Period } from '#shared/moodle/enrolments/enrolment-state.ts';
import { moodleSteps } from '#shared/operate/explain/moodle-steps.ts';
import { batch, enrolment, program, student, subject } from '#test/integration/records.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { PushKit } from '#test/unit/push/push-kit.ts';

const course = 'oec_subj_1_course_1';

describe('what explain hears from Moodle', () => {
  let kit: PushKit;
  const idOf = (idnumber: string) => kit.mapping(idnumber)!.moodle_id!;

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1), student(1)]);
    return () => kit.moodle.stop();
  });

  /** The account's step, and the last of the course: the enrolment's. */
  async function heard({
    wasEnrolled = true,
    wasActive = true,
    period,
  }: {
    wasEnrolled?: boolean;
    wasActive?: boolean;
    period?: Period;
  } = {}) {
    const userid = idOf('oec_student_1');
    const courses = new Map([[course, { id: idOf(course), wasEnrolled, period }]]);
    const numbers = ['oec_student_1'];
    const question = { model: 'op.student' as const, id: '1', userid, wasActive, numbers, courses };
    const answer = await moodleSteps(kit.site.client, question, { now: Date.UTC(2026, 8, 1), zone: 'UTC' });
    return { account: answer.account[0], enrolment: answer.courses.get(course)?.at(-1) };
  }

  it('an enrolment that the link has not made yet was ended by nobody', async () => {
    await kit.sync(enrolment(2, 1, 1, 1, { state: 'finished' }));
    expect((await heard({ wasEnrolled: false })).enrolment).toEqual({
      about: 'enrolment in Moodle',
      state: 'waits',
      text: 'Moodle has no enrolment of the person in the course yet.',
    });
  });

  it('an enrolment that the link has made and that is gone was ended there', async () => {
    await kit.sync(enrolment(1, 1, 1, 1));
    expect((await heard()).enrolment).toMatchObject({ state: 'ok' });
    teacherOf(kit.moodle).people.unenrol(idOf(course), idOf('oec_student_1'));
    expect((await heard()).enrolment).toMatchObject({
      state: 'stop',
      text: expect.stringContaining('somebody has ended it there'),
    });
  });

  it('an enrolment that is not in its time keeps the person out, and nobody has suspended it', async () => {
    await kit.sync(enrolment(1, 1, 1, 1));
    const timeend = Date.UTC(2020, 5, 30) / 1000;
    const enrolled = kit.moodle.siteState.enrolment(idOf(course), idOf('oec_student_1'))!;
    kit.moodle.siteState.enrolments.update(enrolled.id, { timeend });
    expect((await heard()).enrolment).toMatchObject({ state: 'stop' });
    const period = { timestart: 0, timeend };
    expect((await heard({ period })).enrolment).toMatchObject({
      state: 'waits',
      text: 'The enrolment lets the person in until 2020-06-30.',
    });
  });

  it('an account that the link has suspended itself was suspended by nobody else', async () => {
    kit.moodle.siteState.users.update(idOf('oec_student_1'), { suspended: true });
    expect((await heard()).account).toMatchObject({
      state: 'stop',
      advice: expect.stringContaining('Somebody has suspended it there'),
    });
    const { account } = await heard({ wasActive: false });
    expect(account).toMatchObject({ state: 'waits', text: expect.stringContaining('still suspended') });
    expect(account?.advice).toBeUndefined();
  });
});
