import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createCategories, getAllCategories } from '#shared/moodle/functions/categories.ts';
import { createCourses } from '#shared/moodle/functions/courses.ts';
import { createGroups, getCourseGroups, updateGroups } from '#shared/moodle/functions/groups.ts';
import { createUsers, getUsersByField } from '#shared/moodle/functions/users.ts';
import { makeCategory, makeCourse, newCourse, newUser, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let category: number;
beforeAll(async () => {
  category = (await makeCategory(peer.client)).id;
});

/** A live Moodle lets the two overlap most of the time; on a busy machine 40 tries were not always enough. */
const tries = 200;

/** Makes the same twice at once until both have been made. @returns its name and the ids */
async function madeTwice(make: (name: string) => Promise<{ id: number }[]>) {
  for (let left = tries; left > 0; left -= 1) {
    const name = unique('twin');
    const made = await Promise.allSettled([make(name), make(name)]);
    const ids = made.flatMap((one) => (one.status === 'fulfilled' ? [one.value[0]!.id] : []));
    if (ids.length === 2) return { name, ids: ids.sort((a, b) => a - b) };
  }
  throw new Error('Never were both made.');
}

describe('the same made by two calls at once', () => {
  it('is two categories, and both are found', async () => {
    const { name, ids } = await madeTwice((idnumber) =>
      createCategories(peer.client, [{ name: idnumber, idnumber, parent: category }]),
    );
    const all = await getAllCategories(peer.client);
    const found = all.filter(({ idnumber }) => idnumber === name).map(({ id }) => id);
    expect(found.sort((a, b) => a - b)).toEqual(ids);
  });

  it('is two courses, and a look-up answers both, the older one first', async () => {
    const { name, ids } = await madeTwice((idnumber) =>
      createCourses(peer.client, [
        newCourse(category, { fullname: idnumber, shortname: idnumber, idnumber }),
      ]),
    );
    const query = { field: 'idnumber', value: name };
    const shape = z.object({ courses: z.array(z.object({ id: z.number() })) });
    const { courses } = await peer.client.call('core_course_get_courses_by_field', query, shape);
    expect(courses.map(({ id }) => id)).toEqual(ids);
  });

  it('is two groups', async () => {
    const courseid = await makeCourse(peer.client);
    const { name } = await madeTwice((idnumber) =>
      createGroups(peer.client, [{ courseid, name: idnumber, idnumber, description: '' }]),
    );
    // The list may be older than one of them; a group that is written makes it anew.
    const [one] = await getCourseGroups(peer.client, courseid);
    await updateGroups(peer.client, [{ id: one!.id, name: one!.name }]);
    const found = await getCourseGroups(peer.client, courseid);
    expect(found.filter(({ idnumber }) => idnumber === name)).toHaveLength(2);
  });

  it('is one account: the database takes a username once', async () => {
    const user = newUser();
    const make = () => refusal(createUsers(peer.client, [user]));
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.filter((code) => code === undefined)).toHaveLength(1);
    expect(['invalidparameter', 'dmlwriteexception']).toEqual(
      expect.arrayContaining([...new Set(answers.filter((code) => code !== undefined))]),
    );
    expect(await getUsersByField(peer.client, 'username', [user.username])).toHaveLength(1);
  });
});

describe('the list of a course’s groups', () => {
  it('stays as it is read while groups are made, and lets another have the same ID number', async () => {
    const [courseid, other] = await Promise.all([makeCourse(peer.client), makeCourse(peer.client)]);
    const group = { courseid, name: 'Hidden', idnumber: unique('group'), description: '' };
    // The others keep the transaction open long enough for a look.
    const others = Array.from({ length: 60 }, (_, index) => ({
      courseid: other,
      name: `Other ${index}`,
      description: '',
    }));
    let isMade = false;
    const making = createGroups(peer.client, [group, ...others]).then((made) => {
      isMade = true;
      return made;
    });
    while (!isMade) await getCourseGroups(peer.client, courseid);
    const [made] = await making;
    expect(await getCourseGroups(peer.client, courseid)).toEqual([]);
    expect(await refusal(createGroups(peer.client, [group]))).toBe('invalidparameter');
    await createGroups(peer.client, [{ ...group, name: 'Other name' }]);
    const found = await getCourseGroups(peer.client, courseid);
    expect(found.filter(({ idnumber }) => idnumber === group.idnumber)).toHaveLength(2);
    expect(found.map(({ id }) => id)).toContain(made!.id);
  });
});
