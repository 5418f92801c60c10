import { describe, expect, it } from 'vitest';
import { createCategories, getCategoriesByIds } from '#shared/moodle/functions/categories.ts';
import {
  createCourses,
  getCourseByField,
  getCoursesByIds,
  updateCourses,
} from '#shared/moodle/functions/courses.ts';
import { enrolUsers, unenrolUsers } from '#shared/moodle/functions/enrolments.ts';
import { addGroupMembers, createGroups } from '#shared/moodle/functions/groups.ts';
import { createUsers, getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { clientWith } from '#test/unit/moodle/client-with.ts';

const course = (id: number) => ({
  id,
  fullname: 'x',
  shortname: 'y',
  categoryid: 1,
  idnumber: '',
  visible: 1,
});

describe('names', () => {
  it('are unescaped once', async () => {
    const client = clientWith(() => ({
      courses: [{ ...course(1), fullname: 'Law &amp; Order &#039;&quot;&lt;', shortname: 'A &amp;amp; B' }],
    }));
    expect(await getCourseByField(client, 'idnumber', 'x')).toMatchObject({
      fullname: `Law & Order '"<`,
      shortname: 'A &amp; B',
    });
  });
});

describe('empty lists', () => {
  it('cost no call, because Moodle would take the parameter for missing', async () => {
    const client = clientWith(() => ({}));
    await Promise.all([
      createUsers(client, []),
      updateUsers(client, []),
      getUsersByField(client, 'id', []),
      createCategories(client, []),
      getCategoriesByIds(client, []),
      createCourses(client, []),
      updateCourses(client, []),
      getCoursesByIds(client, []),
      createGroups(client, []),
      addGroupMembers(client, []),
      enrolUsers(client, []),
      unenrolUsers(client, []),
    ]);
    expect(client.statistics.calls).toBe(0);
  });
});

describe('getUsersByField', () => {
  it('fails when Moodle hides what it must see, rather than to take an account for a stranger', async () => {
    const client = clientWith(() => [{ id: 1, fullname: 'Ana Marić' }]);
    await expect(getUsersByField(client, 'id', [1])).rejects.toMatchObject({ name: 'MoodleAnswerError' });
  });
});

describe('getCoursesByIds', () => {
  const gone = [3, 6];
  const moodle = (form: URLSearchParams) => {
    const ids = form.get('value')!.split(',').map(Number);
    if (ids.some((id) => gone.includes(id))) return { exception: 'Error', message: 'on null' };
    return { courses: ids.map(course) };
  };

  it('takes one call when all are there', async () => {
    const client = clientWith(moodle);
    expect((await getCoursesByIds(client, [1, 2, 4])).map(({ id }) => id)).toEqual([1, 2, 4]);
    expect(client.statistics.calls).toBe(1);
  });

  it('finds the others when Moodle stumbles over one that was deleted', async () => {
    const found = await getCoursesByIds(clientWith(moodle), [1, 2, 3, 4, 5, 6]);
    expect(found.map(({ id }) => id)).toEqual([1, 2, 4, 5]);
  });

  it('passes every other refusal on', async () => {
    const client = clientWith(() => ({ exception: 'x', errorcode: 'invalidtoken' }));
    await expect(getCoursesByIds(client, [1, 2])).rejects.toMatchObject({ errorcode: 'invalidtoken' });
    expect(client.statistics.calls).toBe(1);
  });
});
