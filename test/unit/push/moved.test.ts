import { beforeEach, describe, expect, it } from 'vitest';
import {
  batch,
  department,
  enrolment,
  faculty,
  program,
  session,
  student,
  subject,
} from '#test/integration/records.ts';
import { isWrite } from '#test/integration/site.ts';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
import { teacherOf } from '#test/peers/teacher/teacher.ts';
import { PushKit } from './push-kit.ts';

const course = 'oec_subj_1_course_1';
const everybody = {
  oec_faculty_1: 'editingteacher',
  oec_student_1: 'student in oec_batch_1',
  oec_student_2: 'student in oec_batch_1',
};

describe('what Moodle has under another id than before', () => {
  let kit: PushKit;
  const idOf = (idnumber: string) => kit.mapping(idnumber)!.moodle_id!;
  const people = () => kit.site.participants(course);

  beforeEach(async () => {
    kit = await PushKit.start();
    await kit.sync(
      ...[department(1), program(1, { department_id: [1, 'D'], subject_ids: [1, 2] })],
      ...[subject(1), subject(2), batch(1, 1), faculty(1), session(1, 1, 1, 1)],
      ...[student(1), enrolment(1, 1, 1, 1), student(2), enrolment(2, 2, 1, 1)],
    );
    expect(await people()).toEqual(everybody);
    return () => kit.moodle.stop();
  });

  it('a course that is made again has its teacher, its groups and its students', async () => {
    teacherOf(kit.moodle).deleteCourse(idOf(course));
    await kit.sync(subject(1, { name: 'Renamed' }));
    expect(await people()).toEqual(everybody);
    expect(kit.troubles()).toEqual({});
  });

  it('a course that is made again has nothing of what pulls have seen of the old one', async () => {
    const noted = { ...kit.mapping(course)!, pull_gradebook: { items: 3 } };
    kit.mappings.rows.set(course, noted);
    await kit.sync(subject(1, { name: 'Renamed' }));
    expect(kit.mapping(course)).toHaveProperty('pull_gradebook');
    teacherOf(kit.moodle).deleteCourse(idOf(course));
    await kit.sync(subject(1));
    expect(kit.mapping(course)).not.toHaveProperty('pull_gradebook');
  });

  it('a course that somebody new has found missing has everybody in it', async () => {
    teacherOf(kit.moodle).deleteCourse(idOf(course));
    await kit.sync(student(3), enrolment(3, 3, 1, 1));
    await kit.advance(3_600_000);
    expect(await people()).toEqual({ ...everybody, oec_student_3: 'student in oec_batch_1' });
    expect(kit.troubles()).toEqual({});
  });

  it('a group that is made again has its members', async () => {
    teacherOf(kit.moodle).people.deleteGroup(idOf(`oec_batch_1@${course}`));
    await kit.sync(batch(1, 1, { name: 'Renamed' }), student(3), enrolment(3, 3, 1, 1));
    expect(await people()).toEqual({ ...everybody, oec_student_3: 'student in oec_batch_1' });
  });

  it('an account that is made again is in its courses and groups', async () => {
    administratorOf(kit.moodle).deleteAccount(idOf('oec_student_1'));
    await kit.sync(student(1, { first_name: 'Again' }));
    expect(await people()).toEqual(everybody);
  });

  it('a category that is made again has its courses back', async () => {
    administratorOf(kit.moodle).deleteCategory(idOf('oec_course_1'), 1);
    await kit.sync(program(1, { name: 'Renamed', department_id: [1, 'D'], subject_ids: [1, 2] }));
    expect((await kit.site.course(course))?.category).toBe('oec_course_1');
    expect((await kit.site.course('oec_subj_2_course_1'))?.category).toBe('oec_course_1');
  });

  it('the department of a program that is made again has the program back', async () => {
    administratorOf(kit.moodle).deleteCategory(idOf('oec_dept_1'), 0);
    await kit.sync(department(1, { name: 'Renamed' }));
    expect(await kit.site.category('oec_course_1')).toMatchObject({ parent: 'oec_dept_1' });
  });

  it('whoever was unenrolled by hand before the end and comes back is in the group again', async () => {
    await kit.sync(enrolment(1, 1, 1, 1, { state: 'finished' }));
    teacherOf(kit.moodle).people.unenrol(idOf(course), idOf('oec_student_1'));
    await kit.sync(enrolment(1, 1, 1, 1));
    expect(await people()).toEqual(everybody);
  });

  it('nobody is taken out of a course that was made again for others', async () => {
    teacherOf(kit.moodle).deleteCourse(idOf(course));
    await kit.put(subject(1, { name: 'Renamed' }), enrolment(1, 1, 1, 1, { state: 'finished' }));
    await kit.settle();
    const { oec_student_1: _gone, ...others } = everybody;
    expect(await people()).toEqual(others);
  });

  it('what is as it was costs no call', async () => {
    const calls = await kit.site.callsDuring(() =>
      kit.sync(student(1), student(2), subject(1), batch(1, 1), enrolment(1, 1, 1, 1)),
    );
    expect(calls.filter(isWrite)).toEqual([]);
  });
});
