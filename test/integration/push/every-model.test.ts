import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batch,
  department,
  enrolment,
  faculty,
  type Kit,
  program,
  type Site,
  session,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

/** The course of subject 1 in program 1. */
const course = 'oec_subj_1_course_1';

/** One school, each test starting from it and leaving it as it was. */
const school = () => [
  department(1),
  department(2),
  department(3, { parent_id: 1 }),
  program(1, { department_id: 3, subject_ids: [1, 2] }),
  program(2, { department_id: 2, subject_ids: [3] }),
  program(3, { parent_id: 2, department_id: 3 }),
  subject(1),
  subject(2),
  subject(3),
  batch(1, 1),
  batch(2, 2),
  batch(3, 1),
  student(1),
  student(2),
  faculty(1),
  faculty(2),
  enrolment(1, 1, 1, 1),
  session(1, 1, 1, 1),
];

let kit: Kit;
let site: Site;
beforeAll(async () => {
  kit = await startKit();
  site = kit.site();
  await kit.sync(...school());
});
afterAll(() => kit.stop());

describe('op.department', () => {
  it('is a category under its parent department', async () => {
    expect(await site.category('oec_dept_1')).toEqual({ name: 'Department 1', parent: '' });
    expect(await site.category('oec_dept_3')).toEqual({ name: 'Department 3', parent: 'oec_dept_1' });
  });

  it('is renamed, moved under another department and to the top', async () => {
    await kit.sync(department(3, { name: 'Physics & Astronomy', parent_id: [2, 'Department 2'] }));
    expect(await site.category('oec_dept_3')).toEqual({ name: 'Physics & Astronomy', parent: 'oec_dept_2' });
    await kit.sync(department(3, { parent_id: false }));
    expect(await site.category('oec_dept_3')).toEqual({ name: 'Department 3', parent: '' });
    await kit.sync(department(3, { parent_id: 1 }));
  });

  it('stays in Moodle when it is deleted', async () => {
    await kit.syncDeletion(department(2));
    expect(await site.category('oec_dept_2')).toEqual({ name: 'Department 2', parent: '' });
    expect(await kit.troubles()).toEqual({});
    await kit.sync(department(2));
  });
});

describe('op.course', () => {
  it('is a category under its parent program, else its department', async () => {
    expect(await site.category('oec_course_1')).toEqual({ name: 'Program 1', parent: 'oec_dept_3' });
    expect(await site.category('oec_course_3')).toEqual({ name: 'Program 3', parent: 'oec_course_2' });
  });

  it('is renamed and moved to another department, and from a parent program to the top', async () => {
    await kit.sync(program(1, { name: 'BSc', department_id: 2, subject_ids: [1, 2] }), program(3));
    expect(await site.category('oec_course_1')).toEqual({ name: 'BSc', parent: 'oec_dept_2' });
    expect(await site.category('oec_course_3')).toEqual({ name: 'Program 3', parent: '' });
    await kit.sync(...school());
    expect(await site.category('oec_course_3')).toEqual({ name: 'Program 3', parent: 'oec_course_2' });
  });

  it('hides its courses and suspends its enrolments while it is archived', async () => {
    await kit.sync(program(1, { department_id: 3, subject_ids: [1, 2], active: false }));
    expect((await site.course(course))?.visible).toBe(false);
    expect(await site.participant(course, 'oec_student_1')).toMatch(/^suspended student/);
    await kit.sync(...school());
    expect((await site.course(course))?.visible).toBe(true);
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('hides its courses when it is deleted', async () => {
    await kit.syncDeletion(program(1));
    expect((await site.course(course))?.visible).toBe(false);
    expect(await site.category('oec_course_1')).toBeDefined();
    await kit.sync(...school());
    expect((await site.course(course))?.visible).toBe(true);
  });
});

describe('op.subject', () => {
  it('is a course in each program that lists it', async () => {
    expect(await site.course(course)).toMatchObject({
      fullname: 'Subject 1',
      shortname: 'S1_P1',
      category: 'oec_course_1',
      visible: true,
    });
    await kit.sync(program(2, { department_id: 2, subject_ids: [3, 1] }));
    expect(await site.course('oec_subj_1_course_2')).toMatchObject({ shortname: 'S1_P2', visible: true });
  });

  it('is hidden in a program that no longer lists it, and back when it does', async () => {
    await kit.sync(program(2, { department_id: 2, subject_ids: [3] }));
    expect((await site.course('oec_subj_1_course_2'))?.visible).toBe(false);
    expect((await site.course(course))?.visible).toBe(true);
  });

  it('is renamed with its code, in every program', async () => {
    await kit.sync(subject(1, { name: 'Mechanics & Waves', code: 'PHY101' }));
    expect(await site.course(course)).toMatchObject({
      fullname: 'Mechanics & Waves',
      shortname: 'PHY101_P1',
    });
    await kit.sync(subject(1));
  });

  it.each([
    ['archived', () => kit.sync(subject(1, { active: false }))],
    ['deleted', () => kit.syncDeletion(subject(1))],
  ])('is hidden when it is %s, and shown again', async (_how, end) => {
    await end();
    expect((await site.course(course))?.visible).toBe(false);
    await kit.sync(subject(1));
    expect((await site.course(course))?.visible).toBe(true);
  });
});

describe('op.batch', () => {
  it('is a group in every course of its program', async () => {
    expect(await site.groups(course)).toEqual({ oec_batch_1: 'Batch 1 (B1)', oec_batch_3: 'Batch 3 (B3)' });
    expect(Object.keys(await site.groups('oec_subj_2_course_1'))).toEqual(['oec_batch_1', 'oec_batch_3']);
  });

  it('is renamed, moves to another program, and leaves its old groups alone', async () => {
    await kit.sync(batch(3, 2, { name: 'Evening' }));
    expect((await site.groups('oec_subj_3_course_2')).oec_batch_3).toBe('Evening (B3)');
    expect((await site.groups(course)).oec_batch_3).toBe('Evening (B3)');
    await kit.sync(batch(3, 1));
  });

  it.each([
    ['archived', () => kit.sync(batch(1, 1, { active: false }))],
    ['deleted', () => kit.syncDeletion(batch(1, 1))],
  ])('keeps its groups when it is %s; its students are suspended', async (_how, end) => {
    await end();
    expect((await site.groups(course)).oec_batch_1).toBe('Batch 1 (B1)');
    expect(await site.participant(course, 'oec_student_1')).toBe('suspended student in oec_batch_1');
    await kit.sync(...school());
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
    expect(await kit.troubles()).toEqual({});
  });
});

describe.each([
  ['op.student', student, 'oec_student_2', 'Student'],
  ['op.faculty', faculty, 'oec_faculty_2', 'Teacher'],
] as const)('%s', (_model, person, idnumber, noun) => {
  it('is an account', async () => {
    expect(await site.user(idnumber)).toMatchObject({
      username: `${noun.toLowerCase()}2@example.org`,
      firstname: noun,
      lastname: 'Number2',
      suspended: false,
    });
  });

  it('is renamed and gets another address; the username stays', async () => {
    await kit.sync(
      person(2, { first_name: "Zoë O'Neil", last_name: false, email: 'new.address@example.org' }),
    );
    expect(await site.user(idnumber)).toMatchObject({
      username: `${noun.toLowerCase()}2@example.org`,
      firstname: "Zoë O'Neil",
      lastname: '-',
      email: 'new.address@example.org',
    });
    await kit.sync(person(2));
  });

  it.each([
    ['archived', () => kit.sync(person(2, { active: false }))],
    ['archived with unreadable fields', () => kit.sync(person(2, { active: false, email: false }))],
    ['deleted', () => kit.syncDeletion(person(2))],
  ])('is suspended when it is %s, and active again when it is back', async (_how, end) => {
    await end();
    expect((await site.user(idnumber))?.suspended).toBe(true);
    await kit.sync(person(2));
    expect((await site.user(idnumber))?.suspended).toBe(false);
  });
});

describe('op.student.course', () => {
  it('moves to another batch: the old group is left, the new one joined', async () => {
    await kit.sync(enrolment(1, 1, 1, 3));
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_3');
    await kit.sync(enrolment(1, 1, 1, 1));
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('moves to another program: the old courses are suspended, the new ones opened', async () => {
    await kit.sync(enrolment(1, 1, 2, 2));
    expect(await site.participant('oec_subj_3_course_2', 'oec_student_1')).toBe('student in oec_batch_2');
    expect(await site.participant(course, 'oec_student_1')).toBe('suspended student in oec_batch_1');
    await kit.sync(enrolment(1, 1, 1, 1));
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });

  it('moves to other subjects, and to another student', async () => {
    await kit.sync(enrolment(1, 1, 1, 1, { subject_ids: [2] }));
    expect(await site.participant(course, 'oec_student_1')).toMatch(/^suspended/);
    expect(await site.participant('oec_subj_2_course_1', 'oec_student_1')).toBe('student in oec_batch_1');
    await kit.sync(enrolment(1, 2, 1, 1));
    expect(await site.participant(course, 'oec_student_2')).toBe('student in oec_batch_1');
    expect(await site.participant('oec_subj_2_course_1', 'oec_student_1')).toMatch(/^suspended/);
    await kit.sync(...school());
  });

  it.each([
    ['finished', () => kit.sync(enrolment(1, 1, 1, 1, { state: 'finished' }))],
    ['deleted', () => kit.syncDeletion(enrolment(1, 1, 1, 1))],
    ['of an archived student', () => kit.sync(student(1, { active: false }))],
  ])('is suspended when it is %s, and active again', async (_how, end) => {
    await end();
    expect(await site.participant(course, 'oec_student_1')).toBe('suspended student in oec_batch_1');
    await kit.sync(...school());
    expect(await site.participant(course, 'oec_student_1')).toBe('student in oec_batch_1');
  });
});

describe('op.session', () => {
  it('makes its teacher a teacher of the course', async () => {
    expect(await site.participant(course, 'oec_faculty_1')).toBe('editingteacher');
  });

  it('moves to another teacher', async () => {
    await kit.sync(session(1, 2, 1, 1));
    expect(await site.participant(course, 'oec_faculty_2')).toBe('editingteacher');
    expect(await site.participant(course, 'oec_faculty_1')).toBe('suspended editingteacher');
    await kit.sync(session(1, 1, 1, 1));
  });

  it.each([
    ['cancelled', () => kit.sync(session(1, 1, 1, 1, { state: 'cancel' }))],
    ['archived', () => kit.sync(session(1, 1, 1, 1, { active: false }))],
    ['deleted', () => kit.syncDeletion(session(1, 1, 1, 1))],
  ])('gives its teacher the course no longer when it is %s', async (_how, end) => {
    await end();
    expect(await site.participant(course, 'oec_faculty_1')).toBe('suspended editingteacher');
    await kit.sync(session(1, 1, 1, 1));
    expect(await site.participant(course, 'oec_faculty_1')).toBe('editingteacher');
  });

  it('counts beside the subjects that a teacher is said to teach', async () => {
    await kit.sync(faculty(2, { faculty_subject_ids: [2, 3] }));
    expect(await site.participant('oec_subj_2_course_1', 'oec_faculty_2')).toBe('editingteacher');
    expect(await site.participant('oec_subj_3_course_2', 'oec_faculty_2')).toBe('editingteacher');
    await kit.sync(faculty(2));
    expect(await site.participant('oec_subj_2_course_1', 'oec_faculty_2')).toBe('suspended editingteacher');
  });

  it('is reported when its program does not list its subject, until that is mended', async () => {
    await kit.sync(session(9, 1, 3, 1));
    expect(await kit.troubles()).toEqual({ oec_session_9: 'waiting: missing' });
    await kit.sync(session(9, 1, 3, 2));
    expect(await kit.troubles()).toEqual({});
    expect(await site.participant('oec_subj_3_course_2', 'oec_faculty_1')).toBe('editingteacher');
  });
});

it('leaves nothing unaccounted for', async () => {
  expect(await kit.troubles()).toEqual({});
  expect(await kit.cloud.queueMessages(kit.cloud.resource('PushQueueUrl'))).toEqual([]);
});
