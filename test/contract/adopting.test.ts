import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createCategories, updateCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses, updateCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups, updateGroups } from '#shared/moodle/functions/groups.ts';
import { createUsers, getUsersByField, updateUsers } from '#shared/moodle/functions/users.ts';
import { makeCategory, makeCourse, makeUser, newCourse, newUser, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();

/** All that Moodle tells of something, but its ID number and when it was changed. */
const rest = z
  .record(z.string(), z.unknown())
  .transform(({ idnumber: _idnumber, timemodified: _time, cacherev: _cache, ...others }) => others);

async function listed(moodleFunction: string, query: Parameters<typeof peer.client.call>[1], id: number) {
  const answer = await peer.client.call(
    moodleFunction,
    query,
    z.union([
      z.array(z.looseObject({ id: z.number() })),
      z.object({ courses: z.array(z.looseObject({ id: z.number() })) }),
    ]),
  );
  const all = Array.isArray(answer) ? answer : answer.courses;
  return rest.parse(all.find((each) => each.id === id));
}

// What `oec-moodle adopt` relies on: it writes an ID number and promises that nothing else is touched.
describe('setting an ID number alone', () => {
  it('leaves everything else of an account, an earlier ID number and a suspension among it', async () => {
    const user = newUser({ city: 'Split', phone1: '021', description: 'as it was', institution: 'old' });
    const [created] = await createUsers(peer.client, [user]);
    const { id } = created!;
    await updateUsers(peer.client, [{ id, suspended: true }]);
    const look = () => listed('core_user_get_users_by_field', { field: 'id', values: [id] }, id);
    const before = await look();
    const idnumber = unique('oec');
    expect(await updateUsers(peer.client, [{ id, idnumber }])).toEqual({ warnings: [] });
    expect(await look()).toEqual(before);
    expect(before.suspended).toBe(true);
    expect(
      (await getUsersByField(peer.client, 'idnumber', [idnumber])).map((observed) => observed.id),
    ).toEqual([id]);
  });

  it('leaves everything else of a category', async () => {
    const parent = await makeCategory(peer.client);
    const [created] = await createCategories(peer.client, [
      { name: unique('Law & Order'), parent: parent.id, description: 'as it was' },
    ]);
    const { id } = created!;
    const look = () =>
      listed(
        'core_course_get_categories',
        { criteria: [{ key: 'ids', value: id }], addsubcategories: false },
        id,
      );
    const before = await look();
    await updateCategories(peer.client, [{ id, idnumber: unique('oec') }]);
    expect(await look()).toEqual(before);
    expect(before.description).toContain('as it was');
  });

  it('leaves everything else of a course', async () => {
    const category = await makeCategory(peer.client);
    const fields = { summary: 'as it was', visible: 0, format: 'topics', startdate: 1_600_000_000 };
    const [created] = await createCourses(peer.client, [newCourse(category.id, fields)]);
    const { id } = created!;
    const look = () => listed('core_course_get_courses_by_field', { field: 'id', value: id }, id);
    const before = await look();
    expect(await updateCourses(peer.client, [{ id, idnumber: unique('oec') }])).toEqual({ warnings: [] });
    expect(await look()).toEqual(before);
    expect(before.summary).toContain('as it was');
  });

  it('leaves everything else of a group, whose name has to be sent along', async () => {
    const courseid = await makeCourse(peer.client);
    const name = unique('Law & Order');
    const [created] = await createGroups(peer.client, [{ courseid, name, description: 'as it was' }]);
    const { id } = created!;
    const look = () => listed('core_group_get_course_groups', { courseid }, id);
    const before = await look();
    await updateGroups(peer.client, [{ id, name, idnumber: unique('oec') }]);
    expect(await look()).toEqual(before);
    expect(before.description).toContain('as it was');
  });
});

describe('asking for accounts by their ids', () => {
  it('answers, of many in one call, those that there are', async () => {
    const ids = [await makeUser(peer.client), await makeUser(peer.client)];
    const first = Math.min(...ids);
    const asked = Array.from({ length: 200 }, (_, index) => first + index);
    const observed = (await getUsersByField(peer.client, 'id', asked)).map(({ id }) => id);
    expect(observed).toEqual(expect.arrayContaining(ids));
    expect(asked).toEqual(expect.arrayContaining(observed));
  });
});
