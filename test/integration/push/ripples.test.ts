import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batch,
  department,
  enrolment,
  faculty,
  isWrite,
  type Kit,
  program,
  type Site,
  session,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

let kit: Kit;
let site: Site;
beforeAll(async () => {
  kit = await startKit({ instances: [{ brake: { share: 1, minimum: 1000 } }] });
  site = kit.site();
});
afterAll(() => kit.stop());

/** Nothing here may need a retry: what a change causes happens without the clock. */
const expectNoTroubles = async () => expect(await kit.troubles()).toEqual({});

describe('a program that gains and loses a subject', () => {
  it('gets its course, groups and enrolments at once; hides and suspends them at once', async () => {
    await kit.sync(
      program(1, { subject_ids: [1] }),
      subject(1),
      subject(2),
      batch(1, 1),
      ...[1, 2, 3].map((id) => student(id)),
      enrolment(1, 1, 1, 1),
      enrolment(2, 2, 1, 1, { state: 'finished' }),
      // Chose its subjects: a new one is none of them.
      enrolment(3, 3, 1, 1, { subject_ids: [1] }),
      faculty(1, { faculty_subject_ids: [2] }),
    );
    expect(await site.course('oec_subj_2_course_1')).toBeUndefined();
    await kit.sync(program(1, { subject_ids: [1, 2] }));
    expect(await site.groups('oec_subj_2_course_1')).toEqual({ oec_batch_1: 'Batch 1 (B1)' });
    expect(await site.participants('oec_subj_2_course_1')).toEqual({
      oec_student_1: 'student in oec_batch_1',
      oec_faculty_1: 'editingteacher',
    });
    await kit.sync(program(1, { subject_ids: [1] }));
    expect(await site.course('oec_subj_2_course_1')).toMatchObject({ visible: false });
    expect(await site.participants('oec_subj_2_course_1')).toEqual({
      oec_student_1: 'suspended student in oec_batch_1',
      oec_faculty_1: 'suspended editingteacher',
    });
    await expectNoTroubles();
  });
});

describe('a subject that changes', () => {
  it('from compulsory to elective lets go who did not choose it, and back', async () => {
    const course = 'oec_subj_10_course_10';
    await kit.sync(
      program(10, { subject_ids: [10] }),
      subject(10),
      batch(10, 10),
      student(10),
      student(11),
      enrolment(10, 10, 10, 10),
      enrolment(11, 11, 10, 10, { subject_ids: [10] }),
    );
    await kit.sync(subject(10, { subject_type: 'elective' }));
    expect(await site.participants(course)).toEqual({
      oec_student_10: 'suspended student in oec_batch_10',
      oec_student_11: 'student in oec_batch_10',
    });
    await kit.sync(subject(10));
    expect((await site.participants(course)).oec_student_10).toBe('student in oec_batch_10');
    await expectNoTroubles();
  });
});

describe('a record that comes after those that name it', () => {
  it('department: heals the program and all that waits for it', async () => {
    await kit.sync(
      program(20, { department_id: 20, subject_ids: [20] }),
      subject(20),
      batch(20, 20),
      student(20),
      enrolment(20, 20, 20, 20),
      faculty(20),
      session(20, 20, 20, 20),
    );
    expect(await site.category('oec_course_20')).toBeUndefined();
    const reason = (await kit.mapping('oec_course_20'))?.failure?.reason;
    expect(reason).toContain('oec_dept_20');
    await kit.sync(department(20));
    expect(await site.category('oec_course_20')).toMatchObject({ parent: 'oec_dept_20' });
    expect(await site.participants('oec_subj_20_course_20')).toEqual({
      oec_student_20: 'student in oec_batch_20',
      oec_faculty_20: 'editingteacher',
    });
    await expectNoTroubles();
  });

  it('parent department: heals the whole tree below', async () => {
    await kit.sync(department(31, { parent_id: 30 }), program(30, { department_id: 31 }));
    await kit.sync(department(30));
    expect(await site.category('oec_dept_31')).toMatchObject({ parent: 'oec_dept_30' });
    expect(await site.category('oec_course_30')).toMatchObject({ parent: 'oec_dept_31' });
    await expectNoTroubles();
  });

  it('student, batch, subject and program, each last once: the enrolment arrives', async () => {
    const all = [
      program(40, { subject_ids: [40] }),
      subject(40),
      batch(40, 40),
      student(40),
      enrolment(40, 40, 40, 40),
    ];
    // From the enrolment backwards: everything is written before what it names.
    for (const item of all.toReversed()) await kit.sync(item);
    expect(await site.participants('oec_subj_40_course_40')).toEqual({
      oec_student_40: 'student in oec_batch_40',
    });
    await expectNoTroubles();
  });

  it('parent program, and the teacher of a session', async () => {
    await kit.sync(session(50, 50, 50, 51), program(51, { parent_id: 50, subject_ids: [50] }), subject(50));
    await kit.sync(faculty(50));
    await kit.sync(program(50));
    expect(await site.category('oec_course_51')).toMatchObject({ parent: 'oec_course_50' });
    expect(await site.participants('oec_subj_50_course_51')).toEqual({ oec_faculty_50: 'editingteacher' });
    await expectNoTroubles();
  });
});

describe('a bad record that is corrected', () => {
  it('student: gets the account and the enrolments that waited for it', async () => {
    await kit.sync(program(60, { subject_ids: [60] }), subject(60), batch(60, 60));
    await kit.sync(student(60, { email: false }), enrolment(60, 60, 60, 60));
    expect(await kit.mapping('oec_student_60')).toMatchObject({ status: 'invalid' });
    expect((await kit.mapping('oec_student_60@enrolments'))?.failure?.reason).toContain('no e-mail address');
    await kit.sync(student(60));
    expect(await site.participants('oec_subj_60_course_60')).toEqual({
      oec_student_60: 'student in oec_batch_60',
    });
    await expectNoTroubles();
  });

  it('e-mail conflict: the other student is pushed and enrolled when the first gives the address up', async () => {
    const email = 'siblings@example.org';
    await kit.sync(program(70, { subject_ids: [70] }), subject(70), batch(70, 70));
    await kit.sync(student(70, { email }), student(71, { email }), enrolment(71, 71, 70, 70));
    expect(await kit.troubles()).toMatchObject({ oec_student_71: 'conflict: sharedemail' });
    await kit.sync(student(70, { email: 'alone@example.org' }));
    expect((await site.user('oec_student_71'))?.email).toBe(email);
    expect(await site.participants('oec_subj_70_course_70')).toEqual({
      oec_student_71: 'student in oec_batch_70',
    });
    await expectNoTroubles();
  });

  it('program and batch: their names made right bring courses, groups and members', async () => {
    await kit.sync(
      program(80, { name: '<b>Bold</b>', subject_ids: [80] }),
      subject(80),
      batch(80, 80, { code: false }),
      student(80),
      enrolment(80, 80, 80, 80),
    );
    expect(await site.course('oec_subj_80_course_80')).toBeUndefined();
    await kit.sync(program(80, { subject_ids: [80] }));
    expect(await site.participant('oec_subj_80_course_80', 'oec_student_80')).toBe('student');
    await kit.sync(batch(80, 80));
    expect(await site.participant('oec_subj_80_course_80', 'oec_student_80')).toBe('student in oec_batch_80');
    await expectNoTroubles();
  });
});

it('a ripple that changes nothing in Moodle costs no write', async () => {
  await kit.sync(department(100), program(100, { department_id: 100, subject_ids: [100] }), subject(100));
  await kit.sync(batch(100, 100), student(100), enrolment(100, 100, 100, 100));
  const calls = await site.callsDuring(() => kit.sync(department(101), department(100, { parent_id: 101 })));
  expect(calls.filter(isWrite).map((call) => call.function)).toEqual([
    'core_course_create_categories',
    'core_course_update_categories',
  ]);
});
