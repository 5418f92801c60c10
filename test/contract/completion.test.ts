import { describe, expect, it } from 'vitest';
import { enrolUsers, getUsersCourses } from '#shared/moodle/functions/enrolments.ts';
import { makeCourse, makeStudent, makeUser, nowhere, roles } from './makers.ts';
import { usePeer } from './peer.ts';
import { usePreparedCourse } from './prepared-course.ts';

const peer = usePeer();
const coursesOf = (userid: number) => getUsersCourses(peer.client, userid);

describe("a user's courses", () => {
  it('are those in which the enrolment is active', async () => {
    const course = await makeCourse(peer.client);
    const userid = await makeStudent(peer.client, course);
    expect((await coursesOf(userid)).map(({ id }) => id)).toEqual([course]);
    await enrolUsers(peer.client, [{ roleid: roles.student, userid, courseid: course, suspend: true }]);
    expect(await coursesOf(userid)).toEqual([]);
  });

  it('are none for an unknown user', async () => {
    expect(await coursesOf(nowhere)).toEqual([]);
  });

  it('leave out hidden ones, unless the user teaches there', async () => {
    const course = await makeCourse(peer.client, { visible: 0 });
    const [student, teacher] = [await makeStudent(peer.client, course), await makeUser(peer.client)];
    await enrolUsers(peer.client, [{ roleid: roles.editingTeacher, userid: teacher, courseid: course }]);
    expect(await coursesOf(student)).toEqual([]);
    expect((await coursesOf(teacher)).map(({ id }) => id)).toEqual([course]);
  });

  it('say nothing of completion where it is switched off', async () => {
    const course = await makeCourse(peer.client, { enablecompletion: 0 });
    const [found] = await coursesOf(await makeStudent(peer.client, course));
    expect(found).toMatchObject({
      completed: null,
      progress: null,
      enablecompletion: false,
      completionhascriteria: false,
      completionusertracked: false,
    });
  });

  it('are not complete where nothing makes them so, and have no progress without activities', async () => {
    const course = await makeCourse(peer.client, { enablecompletion: 1 });
    const [found] = await coursesOf(await makeStudent(peer.client, course));
    expect(found).toMatchObject({
      completed: false,
      progress: null,
      enablecompletion: true,
      completionhascriteria: false,
      completionusertracked: true,
      lastaccess: null,
    });
  });

  it('track students only', async () => {
    const course = await makeCourse(peer.client, { enablecompletion: 1 });
    const userid = await makeUser(peer.client);
    await enrolUsers(peer.client, [{ roleid: roles.editingTeacher, userid, courseid: course }]);
    const [found] = await coursesOf(userid);
    expect(found).toMatchObject({ completed: false, progress: null, completionusertracked: false });
  });
});

describe('completion of a course with criteria', () => {
  const prepared = usePreparedCourse(peer);
  const progressOf = async (userid: number) => {
    const found = (await coursesOf(userid)).find(({ id }) => id === prepared.course);
    return found && { completed: found.completed, progress: found.progress };
  };

  it('counts activities, and says who is through', async () => {
    const { graded, ungraded, takenBack, suspendedAccount, suspendedEnrolment } = prepared.users;
    expect(await progressOf(graded)).toEqual({ completed: true, progress: 100 });
    expect(await progressOf(ungraded)).toEqual({ completed: false, progress: 50 });
    expect(await progressOf(takenBack)).toEqual({ completed: false, progress: 0 });
    expect(await progressOf(suspendedAccount)).toEqual({ completed: false, progress: 0 });
    expect(await progressOf(suspendedEnrolment)).toBeUndefined();
  });

  it('says that there are criteria', async () => {
    const courses = await coursesOf(prepared.users.ungraded);
    expect(courses.find(({ id }) => id === prepared.course)).toMatchObject({
      completionhascriteria: true,
      completionusertracked: true,
    });
  });
});
