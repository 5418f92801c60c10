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

describe('teachers', () => {
  let kit: Kit;
  const course11 = 'oec_subj_1_course_1';
  const course21 = 'oec_subj_2_course_1';
  const course12 = 'oec_subj_1_course_2';
  const teaches = async (id: number) =>
    Promise.all(
      [course11, course21, course12].map((course) => kit.site().participant(course, `oec_faculty_${id}`)),
    );
  const teacher = 'editingteacher';
  const gone = 'suspended editingteacher';
  beforeAll(async () => {
    kit = await startKit({ instances: [{ brake: { share: 1, minimum: 1000 } }] });
    await kit.sync(program(1, { subject_ids: [1, 2] }), program(2, { subject_ids: [1] }));
    await kit.sync(subject(1), subject(2));
  });
  afterAll(() => kit.stop());

  it('teach the courses of their sessions, as long as one of them takes place', async () => {
    await kit.sync(faculty(1), session(1, 1, 1, 1), session(2, 1, 1, 1, { state: 'draft' }));
    expect(await teaches(1)).toEqual([teacher, undefined, undefined]);
    await kit.sync(session(1, 1, 1, 1, { state: 'cancel' }));
    expect(await teaches(1)).toEqual([teacher, undefined, undefined]);
    await kit.sync(session(2, 1, 1, 1, { active: false }));
    expect(await teaches(1)).toEqual([gone, undefined, undefined]);
    await kit.sync(session(2, 1, 1, 1));
    expect(await teaches(1)).toEqual([teacher, undefined, undefined]);
    await kit.syncDeletion(session(2, 1, 1, 1));
    expect(await teaches(1)).toEqual([gone, undefined, undefined]);
  });

  it('hand a session over to another teacher, subject or program', async () => {
    await kit.sync(faculty(2), faculty(3), session(3, 2, 1, 1));
    await kit.sync(session(3, 3, 1, 1));
    expect(await teaches(2)).toEqual([gone, undefined, undefined]);
    expect(await teaches(3)).toEqual([teacher, undefined, undefined]);
    await kit.sync(session(3, 3, 2, 1));
    expect(await teaches(3)).toEqual([gone, teacher, undefined]);
    await kit.sync(session(3, 3, 1, 2));
    expect(await teaches(3)).toEqual([gone, gone, teacher]);
  });

  it('teach their subjects in every program that lists them', async () => {
    await kit.sync(faculty(4, { faculty_subject_ids: [1] }));
    expect(await teaches(4)).toEqual([teacher, undefined, teacher]);
    await kit.sync(faculty(4, { faculty_subject_ids: [2] }));
    expect(await teaches(4)).toEqual([gone, teacher, gone]);
    await kit.sync(faculty(4, { faculty_subject_ids: [2] }), program(3, { subject_ids: [2] }));
    expect(await kit.site().participant('oec_subj_2_course_3', 'oec_faculty_4')).toBe(teacher);
    await kit.sync(program(3));
    expect(await kit.site().participant('oec_subj_2_course_3', 'oec_faculty_4')).toBe(gone);
  });

  it('are told of a session whose program does not list its subject, until it is corrected', async () => {
    await kit.sync(faculty(5), session(5, 5, 2, 2), session(6, 5, 1, 1));
    expect(await teaches(5)).toEqual([teacher, undefined, undefined]);
    expect(await kit.mapping('oec_session_5')).toMatchObject({
      status: 'waiting',
      model: 'op.session',
      record_id: '5',
      failure: { field: 'subject_id', reason: expect.stringContaining('does not list its subject 2') },
    });
    await kit.sync(session(5, 5, 1, 2));
    expect(await teaches(5)).toEqual([teacher, undefined, teacher]);
    expect(await kit.mapping('oec_session_5')).toBeUndefined();
    await kit.sync(session(7, 5, 2, 2));
    expect(await kit.troubles()).toEqual({ oec_session_7: 'waiting: missing' });
    await kit.syncDeletion(session(7, 5, 2, 2));
    expect(await kit.troubles()).toEqual({});
  });

  it('are heard when the program comes to list the subject of a session that waits', async () => {
    await kit.sync(faculty(6), session(8, 6, 2, 4), program(4));
    expect(await kit.troubles()).toEqual({ oec_session_8: 'waiting: missing' });
    await kit.sync(program(4, { subject_ids: [2] }));
    expect(await kit.site().participant('oec_subj_2_course_4', 'oec_faculty_6')).toBe(teacher);
    expect(await kit.troubles()).toEqual({});
  });

  it('may be students too, as two accounts', async () => {
    await kit.sync(faculty(7), session(9, 7, 1, 1), student(7), batch(1, 1), enrolment(7, 7, 1, 1));
    expect(await kit.site().participants(course11)).toMatchObject({
      oec_faculty_7: teacher,
      oec_student_7: 'student in oec_batch_1',
    });
  });
});

describe('a batch of an ancestor program', () => {
  it('gets its group in the courses of the child program that its students take', async () => {
    await using kit = await startKit();
    await kit.sync(
      program(1),
      program(2, { parent_id: 1, subject_ids: [1] }),
      subject(1),
      batch(1, 1),
      student(1),
      enrolment(1, 1, 2, 1),
    );
    const participant = () => kit.site().participant('oec_subj_1_course_2', 'oec_student_1');
    expect(await participant()).toBe('student in oec_batch_1');
    await kit.sync(batch(1, 1, { name: 'Cohort' }));
    expect(await kit.site().groups('oec_subj_1_course_2')).toEqual({ oec_batch_1: 'Cohort (B1)' });
    await kit.sync(program(2, { parent_id: 1, subject_ids: [1, 2] }), subject(2));
    expect(await kit.site().participant('oec_subj_2_course_2', 'oec_student_1')).toBe(
      'student in oec_batch_1',
    );
    expect(await kit.troubles()).toEqual({});
  });
});
