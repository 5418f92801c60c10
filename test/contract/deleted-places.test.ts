import { beforeEach, describe, expect, it } from 'vitest';
import { getCategoriesByIds, updateCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, getCoursesByIds, updateCourses } from '#shared/moodle/functions/courses.ts';
import { enrolUsers, getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import {
  addGroupMembers,
  deleteGroupMembers,
  getCourseGroups,
  updateGroups,
} from '#shared/moodle/functions/groups.ts';
import { administrator } from './administrator.ts';
import {
  isMissing,
  makeCategory,
  makeCourse,
  makeGroup,
  makeStudent,
  newCourse,
  refusal,
  roles,
} from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();

describe.skipIf(!administrator.isThere)('what an administrator deletes', () => {
  let course: number;
  let userid: number;
  let group: number;
  beforeEach(async () => {
    course = await makeCourse(peer.client);
    userid = await makeStudent(peer.client, course);
    group = await makeGroup(peer.client, course);
    await addGroupMembers(peer.client, [{ groupid: group, userid }]);
  });

  it('a course: is told apart by each function that is asked about it', async () => {
    const other = await makeCourse(peer.client);
    await administrator(peer).deleteCourse(course);
    expect((await getCoursesByIds(peer.client, [course, other])).map(({ id }) => id)).toEqual([other]);
    expect(await refusal(getEnrolledUsers(peer.client, course))).toSatisfy(isMissing);
    const { warnings } = await updateCourses(peer.client, [{ id: course, visible: 1 }]);
    expect(warnings).toMatchObject([{ itemid: course, warningcode: expect.toSatisfy(isMissing) }]);
    const enrolment = { roleid: roles.student, userid, courseid: course };
    expect(await refusal(enrolUsers(peer.client, [enrolment]))).toBe('invalidparameter');
    expect(await refusal(deleteGroupMembers(peer.client, [{ groupid: group, userid }]))).toSatisfy(isMissing);
  });

  it('a group: leaves its members in the course, and is not to be joined', async () => {
    await administrator(peer).deleteGroup(group);
    expect(await getCourseGroups(peer.client, course)).toEqual([]);
    const [person] = await getEnrolledUsers(peer.client, course, { userfields: ['id', 'groups'] });
    expect(person).toMatchObject({ id: userid });
    expect(person?.groups ?? []).toEqual([]);
    expect(await refusal(addGroupMembers(peer.client, [{ groupid: group, userid }]))).toSatisfy(isMissing);
    expect(await refusal(updateGroups(peer.client, [{ id: group, name: 'x' }]))).toBe('invalidparameter');
  });

  it('a category: leaves what was in it where it is moved to', async () => {
    const [gone, kept] = [await makeCategory(peer.client), await makeCategory(peer.client)];
    const inside = await makeCategory(peer.client, gone.id);
    const [created] = await createCourses(peer.client, [newCourse(gone.id)]);
    await administrator(peer).deleteCategory(gone.id, kept.id);
    expect(await getCategoriesByIds(peer.client, [gone.id])).toEqual([]);
    expect(await getCategoriesByIds(peer.client, [inside.id])).toMatchObject([{ parent: kept.id }]);
    expect(await getCoursesByIds(peer.client, [created!.id])).toMatchObject([{ categoryid: kept.id }]);
    const renamed = updateCategories(peer.client, [{ id: gone.id, name: 'Renamed' }]);
    expect(await refusal(renamed)).toBe('unknowncategory');
  });
});
