import { beforeAll, describe, expect, it } from 'vitest';
import { createCategories, getCategoriesByIds } from '#shared/moodle/functions/categories.ts';
import { createCourses, getCoursesByIds } from '#shared/moodle/functions/courses.ts';
import { createGroups, getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { makeCategory, makeCourse, makeUser, newCourse, refusal, unique, userById } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let category: number;
let course: number;
beforeAll(async () => {
  category = (await makeCategory(peer.client)).id;
  course = await makeCourse(peer.client);
});

/** Stores the name in each kind of thing that has one, and answers what comes back. */
const stored = {
  person: async (name: string) =>
    (await userById(peer.client, await makeUser(peer.client, { firstname: name }))).firstname,
  category: async (name: string) => {
    const [{ id } = { id: 0 }] = await createCategories(peer.client, [{ name }]);
    return (await getCategoriesByIds(peer.client, [id]))[0]?.name;
  },
  course: async (name: string) => {
    const [{ id } = { id: 0 }] = await createCourses(peer.client, [newCourse(category, { fullname: name })]);
    return (await getCoursesByIds(peer.client, [id]))[0]?.fullname;
  },
  group: async (name: string) => {
    const [{ id } = { id: 0 }] = await createGroups(peer.client, [
      { courseid: course, name, description: '' },
    ]);
    return (await getCourseGroups(peer.client, course)).find((group) => group.id === id)?.name;
  },
};

describe.each(Object.entries(stored))('the name of a %s', (_what, store) => {
  it.each([
    ['a < with a blank behind it', 'A < B'],
    ['a >', 'x > y'],
    ['ampersands and quotes', `R&D "O'Neil"`],
    ['emoji and combining accents', '🎓 e\u0301'],
    ['a tab', 'a\tb'],
    ['an address', 'https://example.org'],
    ['control characters', 'a\u0001b\u007fc'],
    ['what no alphabet has', 'a\ufdd0b\ue000c\u{1ffff}d'],
  ])('comes back with %s', async (_which, text) => {
    const name = unique(text);
    expect(await store(name)).toBe(name);
  });

  it.each([
    ['a tag', 'a<b>c'],
    ['a < with anything else behind it', '3<4'],
    ['a < at its end', 'a<'],
    ['a zero byte', 'a\u0000b'],
    ['U+FFFF', 'a\uffffb'],
    ['U+FFFE', 'a\ufffeb'],
  ])('may not hold %s', async (_which, name) => {
    expect(await refusal(store(name))).toBe('invalidparameter');
  });
});

describe('blanks around a name', () => {
  const padded = () => ` ${unique('pad')} `;

  it.each(['person', 'category', 'course'] as const)('are kept in the name of a %s', async (what) => {
    const name = padded();
    expect(await stored[what](name)).toBe(name);
  });

  it('are cut off the name of a group', async () => {
    const name = padded();
    expect(await stored.group(name)).toBe(name.trim());
  });
});
