import { beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '#local/moodle/settings.ts';
import { batch, enrolment, faculty, program, student, subject } from '#test/integration/records.ts';
import { faults } from '#test/peers/moodle-faults.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';

async function started(settings: Record<string, unknown> = {}): Promise<PushKit> {
  const kit = await PushKit.start({ settings });
  await kit.sync(
    ...[program(1, { subject_ids: [1] }), subject(1), batch(1, 1)],
    ...[student(1), enrolment(1, 1, 1, 1)],
  );
  return kit;
}

describe('what somebody has set in Moodle', () => {
  let kit: PushKit;
  const idOf = (idnumber: string) => kit.mapping(idnumber)!.moodle_id!;
  const suspend = (suspended: boolean) =>
    administratorOf(kit.moodle).changeAccount(idOf('oec_student_1'), { suspended });

  beforeEach(async () => {
    kit = await started();
    return () => kit.moodle.stop();
  });

  it('a hidden course that was moved stays so when its subject gets another name', async () => {
    teacherOf(kit.moodle).hideCourse(idOf(course));
    teacherOf(kit.moodle).moveCourse(idOf(course), 1);
    await kit.sync(subject(1, { name: 'Corrected name' }));
    expect(await kit.site.course(course)).toMatchObject({
      fullname: 'Corrected name',
      visible: false,
      category: 'category 1',
    });
  });

  it('a suspended account stays so when the name is corrected', async () => {
    suspend(true);
    await kit.sync(student(1, { first_name: 'Corrected' }));
    expect(await kit.site.user('oec_student_1')).toMatchObject({ firstname: 'Corrected', suspended: true });
  });

  it('a suspended enrolment stays so when another course is added', async () => {
    teacherOf(kit.moodle).people.suspend(idOf(course), idOf('oec_student_1'));
    await kit.sync(program(1, { subject_ids: [1, 2] }), subject(2));
    expect(await kit.site.participant(course, 'oec_student_1')).toBe('suspended student in oec_batch_1');
    expect(await kit.site.participant('oec_subj_2_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('ends where the ERP changes that very state', async () => {
    teacherOf(kit.moodle).hideCourse(idOf(course));
    suspend(true);
    await kit.sync(subject(1, { active: false }), student(1, { active: false }));
    await kit.sync(subject(1), student(1));
    expect(await kit.site.course(course)).toMatchObject({ visible: true });
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
  });

  it('is written over where nobody knows what a worker that died has written', async () => {
    suspend(true);
    await kit.workOff({ instance: 'demo', service: 'students', ids: ['1'] }, true);
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
  });

  it('stays also where an update got no answer: only what was in it is sent once more', async () => {
    suspend(true);
    const answerless = kit.moodle.intercept(faults.answerLost());
    await kit.sync(student(1, { first_name: 'Lost' }));
    answerless();
    await kit.sync(student(1));
    await kit.advance(3_600_000);
    expect(kit.troubles()).toEqual({});
    expect(await kit.site.user('oec_student_1')).toMatchObject({ firstname: 'Student', suspended: true });
  });
});

describe('a teacher whom somebody has made a non-editing one', () => {
  const records = [program(1, { subject_ids: [1] }), subject(1), faculty(1, { faculty_subject_ids: [1] })];
  const without = faculty(1, { faculty_subject_ids: [] });

  it.each([
    ['stays so over the end and the return of the subject', true, 'suspended teacher', 'teacher'],
    ['gets the role of the record as well where the token may not give the other one', false] as const,
  ])('%s', async (_what, assignable, ...expected) => {
    const roles = defaultSettings.roles.map((role) => (role.id === 4 ? { ...role, assignable } : role));
    await using kit = await PushKit.start({ moodle: { roles } });
    await kit.sync(...records);
    const [courseid, userid] = [course, 'oec_faculty_1'].map((name) => kit.mapping(name)!.moodle_id!);
    teacherOf(kit.moodle).people.changeRole(courseid!, userid!, 4);
    await kit.sync(without);
    const [ended = 'suspended editingteacher+teacher', returned = 'editingteacher+teacher'] = expected;
    expect(await kit.site.participant(course, 'oec_faculty_1')).toBe(ended);
    await kit.sync(records[2]!);
    expect(await kit.site.participant(course, 'oec_faculty_1')).toBe(returned);
    expect(kit.troubles()).toEqual({});
  });
});

describe('a state that Moodle owns after it was made', () => {
  it.each(['create', 'erp'])('follows the end of a record and its return (%s)', async (owner) => {
    await using kit = await started({
      field_ownership: { 'course.visible': owner, 'user.suspended': owner },
    });
    await kit.sync(subject(1, { active: false }), student(1, { active: false }));
    expect(await kit.site.course(course)).toMatchObject({ visible: false });
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: true });
    await kit.sync(subject(1), student(1));
    expect(await kit.site.course(course)).toMatchObject({ visible: true });
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
  });

  it('follows a subject out of the program and in again', async () => {
    await using kit = await started({ field_ownership: { 'course.visible': 'create' } });
    await kit.sync(program(1, { subject_ids: [] }));
    expect(await kit.site.course(course)).toMatchObject({ visible: false });
    await kit.sync(program(1, { subject_ids: [1] }));
    expect(await kit.site.course(course)).toMatchObject({ visible: true });
    expect(await kit.site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it("is never written where it is Moodle's altogether", async () => {
    await using kit = await started({
      field_ownership: { 'course.visible': 'moodle', 'user.suspended': 'moodle' },
    });
    await kit.sync(
      subject(1, { active: false }),
      program(1, { subject_ids: [] }),
      student(1, { active: false }),
    );
    expect(await kit.site.course(course)).toMatchObject({ visible: true });
    expect(await kit.site.user('oec_student_1')).toMatchObject({ suspended: false });
  });
});
