import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administratorOf } from '#test/peers/teacher/administrator.ts';
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
} from '../kit.ts';
import { hour } from './support.ts';

const course = 'oec_subj_1_course_1';

describe('what somebody has deleted in Moodle by hand', () => {
  let kit: Kit;
  const state = () => kit.site().moodle.siteState;

  beforeAll(async () => {
    kit = await startKit();
    await kit.sync(
      department(1),
      program(1, { department_id: [1, 'Department 1'], subject_ids: [1, 2] }),
      ...[subject(1), subject(2), batch(1, 1)],
      ...[student(1), student(2), faculty(1), session(1, 1, 1, 1)],
      ...[enrolment(1, 1, 1, 1), enrolment(2, 2, 1, 1)],
    );
    expect(await kit.troubles()).toEqual({});
  });
  afterAll(() => kit.stop());

  /** Deletes a course as Moodle does, with its groups, members and enrolments. */
  function deleteCourse(idnumber: string): number {
    const { id } = state().courseByIdnumber(idnumber)!;
    for (const group of state().groups.find('course', id)) deleteGroup(group.id);
    for (const place of state().enrolments.find('course', id)) state().enrolments.delete(place.id);
    state().courses.delete(id);
    return id;
  }

  function deleteGroup(id: number): void {
    for (const membership of state().memberships.find('group', id)) state().memberships.delete(membership.id);
    state().groups.delete(id);
  }

  function deleteAccount(idnumber: string): number {
    const { id } = state().userByIdnumber(idnumber)!;
    administratorOf(kit.site().moodle).deleteAccount(id);
    return id;
  }

  it('a category: is made again when its department changes', async () => {
    const { id } = state().categoryByIdnumber('oec_dept_1')!;
    state().categories.delete(id);
    await kit.sync(department(1, { name: 'New name' }));
    await kit.advance(hour);
    expect(await kit.site().category('oec_dept_1')).toEqual({ name: 'New name', parent: '' });
    expect((await kit.mapping('oec_dept_1'))?.moodle_id).not.toBe(id);
    expect(await kit.troubles()).toEqual({});
  });

  it('the category of a program: is made again, and the next new course goes into it', async () => {
    const { id } = state().categoryByIdnumber('oec_course_1')!;
    // Moodle moves the courses elsewhere when a category is deleted.
    for (const { id: courseid } of state().courses.find('category', id))
      state().courses.update(courseid, { categoryid: 1 });
    state().categories.delete(id);
    await kit.sync(program(1, { department_id: [1, 'Department 1'], subject_ids: [1, 2, 3] }), subject(3));
    await kit.advance(hour);
    expect(await kit.troubles()).toEqual({});
    expect((await kit.site().course('oec_subj_3_course_1'))?.category).toBe('oec_course_1');
    expect(state().categories.find('idnumber', 'oec_course_1')).toHaveLength(1);
  });

  it('a category that was made anew by hand with the same idnumber: is found', async () => {
    await kit.sync(department(9));
    const { id, ...row } = state().categoryByIdnumber('oec_dept_9')!;
    state().categories.delete(id);
    const again = state().categories.insert({ ...row, name: 'By hand' });
    await kit.sync(department(9, { name: 'Nine' }));
    expect(await kit.mapping('oec_dept_9')).toMatchObject({ moodle_id: again.id, status: 'synced' });
    expect(state().categories.get(again.id)?.name).toBe('Nine');
  });

  it('an account: is made again when the student changes', async () => {
    const id = deleteAccount('oec_student_1');
    await kit.sync(student(1, { first_name: 'Again' }));
    await kit.advance(hour);
    expect((await kit.site().user('oec_student_1'))?.firstname).toBe('Again');
    expect((await kit.mapping('oec_student_1'))?.moodle_id).not.toBe(id);
    expect(await kit.troubles()).toEqual({});
  });

  it('an account: is made again when only the enrolments change', async () => {
    deleteAccount('oec_student_2');
    await kit.sync(enrolment(2, 2, 1, 1, { subject_ids: [1, 2, 3] }), batch(2, 1), enrolment(3, 2, 1, 2));
    await kit.advance(hour);
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participant(course, 'oec_student_2')).toBe('student in oec_batch_1 oec_batch_2');
  });

  it('a group: is made again when the batch changes, and joined by those who come', async () => {
    const { id } = state().groupByIdnumber(state().courseByIdnumber(course)!.id, 'oec_batch_1')!;
    deleteGroup(id);
    await kit.sync(batch(1, 1, { name: 'Renamed' }), student(3), enrolment(5, 3, 1, 1));
    await kit.advance(hour);
    expect((await kit.site().groups(course)).oec_batch_1).toBe('Renamed (B1)');
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participant(course, 'oec_student_3')).toBe('student in oec_batch_1');
  });

  it('a course: is made again when the subject changes', async () => {
    deleteCourse(course);
    await kit.sync(subject(1, { name: 'Mechanics' }));
    await kit.advance(hour);
    expect((await kit.site().course(course))?.fullname).toBe('Mechanics');
    expect(await kit.troubles()).toEqual({});
  });

  it('a course: is made again when a new student comes into it, with the group', async () => {
    deleteCourse(course);
    await kit.sync(student(4), enrolment(4, 4, 1, 1));
    await kit.advance(hour);
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participant(course, 'oec_student_4')).toBe('student in oec_batch_1');
  });

  it('a course: who is to leave it has left, though others have found out that it is gone', async () => {
    await kit.sync(faculty(2), session(2, 2, 1, 1));
    deleteCourse(course);
    // Finds out that the course is gone.
    await kit.sync(student(5), enrolment(6, 5, 1, 1));
    await kit.sync(session(2, 2, 1, 1, { state: 'cancel' }));
    await kit.advance(hour);
    expect(await kit.troubles()).toEqual({});
    expect(await kit.site().participant(course, 'oec_faculty_2')).toBeUndefined();
  });
});
