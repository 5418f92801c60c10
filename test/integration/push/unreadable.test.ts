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
    ['enrolment', enrolment(1, 1, 1, 1, { batch_id: false })],
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
