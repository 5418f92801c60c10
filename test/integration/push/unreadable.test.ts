import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  batch,
  department,
  enrolment,
  faculty,
  type Kit,
  program,
  session,
  startKit,
  student,
  subject,
} from '#test/integration/kit.ts';

/** What Moodle refuses in a name, as a clerk may type it. */
const unacceptable = '<b>Bold</b>';

const school = [
  program(1, { subject_ids: [1, 2] }),
  subject(1),
  subject(2),
  batch(1, 1),
  student(1),
  enrolment(1, 1, 1, 1),
  faculty(1, { faculty_subject_ids: [2] }),
  session(1, 1, 1, 1),
];
const inPlace = {
  oec_student_1: 'student in oec_batch_1',
  oec_faculty_1: 'editingteacher',
};

describe('a record that can no longer be read takes nothing away from anybody', () => {
  let kit: Kit;
  const everybody = () =>
    Promise.all(['oec_subj_1_course_1', 'oec_subj_2_course_1'].map((name) => kit.site().participants(name)));
  /** Has the courses of the student and the teacher looked at anew. */
  const touched = (name: string) => [
    student(1, { last_name: name }),
    session(2, 1, 1, 1, { state: 'cancel', name }),
  ];
  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(...school);
  });
  afterAll(() => kit.stop());

  it.each([
    ['program', program(1, { subject_ids: [1, 2], name: unacceptable })],
    ['subject', subject(1, { name: unacceptable })],
    ['batch', batch(1, 1, { name: unacceptable })],
    ['enrolment', enrolment(1, 1, 1, 1, { course_id: false })],
    ['student', student(1, { email: false })],
    ['teacher', faculty(1, { email: false, faculty_subject_ids: [2] })],
    ['session', session(1, 1, 1, 1, { subject_id: false })],
  ])('%s', async (what, bad) => {
    await kit.sync(bad);
    await kit.sync(...touched(what).filter((item) => item.model !== bad.model));
    expect(await everybody()).toEqual([inPlace, inPlace]);
    expect((await kit.site().course('oec_subj_1_course_1'))?.visible).toBe(true);
    await kit.sync(...school);
    expect(await everybody()).toEqual([inPlace, inPlace]);
    expect(await kit.troubles()).toEqual({});
  });
});

describe('a course of which one record cannot be read', () => {
  it.each([
    ['program is archived', { active: false }, { name: unacceptable }],
    [
      'program, itself unreadable, is archived',
      { active: false, name: unacceptable },
      { name: unacceptable },
    ],
    ['subject is archived', { name: unacceptable }, { active: false }],
    ['program lists the subject no more', { subject_ids: [2] }, { name: unacceptable }],
  ])('is hidden all the same when its %s, and is taught by nobody', async (_what, ofProgram, ofSubject) => {
    await using kit = await startKit();
    await kit.sync(...school);
    await kit.sync(program(1, { subject_ids: [1, 2], ...ofProgram }), subject(1, ofSubject));
    expect((await kit.site().course('oec_subj_1_course_1'))?.visible).toBe(false);
    expect(await kit.site().participant('oec_subj_1_course_1', 'oec_faculty_1')).toMatch(/^suspended/);
  });
});

describe('in a Moodle for some departments, a record that can no longer be read puts nobody out of it', () => {
  const scoped = [
    department(1),
    department(2, { parent_id: 1 }),
    program(9, { department_id: 2 }),
    program(1, { parent_id: 9, department_id: 2, subject_ids: [1, 2] }),
    ...school.filter(({ model }) => model !== 'op.course'),
  ];
  let kit: Kit;
  beforeAll(async () => {
    kit = await startKit({ instances: [{ scope: { departments: ['1'], companies: [] } }] });
    await kit.sync(...scoped);
  });
  afterAll(() => kit.stop());

  it.each([
    ['department', department(2, { parent_id: 1, name: unacceptable })],
    ['parent program', program(9, { department_id: 2, name: unacceptable })],
    ['program', program(1, { parent_id: 9, department_id: 2, subject_ids: [1, 2], name: unacceptable })],
    ['enrolment', enrolment(1, 1, 1, 1, { course_id: false })],
    ['session', session(1, 1, 1, 1, { subject_id: false })],
  ])('%s', async (_what, bad) => {
    await kit.sync(bad);
    // Everything is looked at anew, as an hourly sweep does.
    await kit.advance(65 * 60_000);
    for (const name of ['oec_subj_1_course_1', 'oec_subj_2_course_1']) {
      expect((await kit.site().course(name))?.visible).toBe(true);
      expect(await kit.site().participants(name)).toEqual(inPlace);
    }
    for (const name of ['oec_student_1', 'oec_faculty_1'])
      expect((await kit.site().user(name))?.suspended).toBe(false);
    await kit.sync(...scoped);
    await kit.advance(65 * 60_000);
    expect(await kit.troubles()).toEqual({});
  });
});
