import { beforeAll, describe, expect, it } from 'vitest';
import { createCategories, getCategoryByIdnumber } from '#shared/moodle/functions/categories.ts';
import { createCourses, getCourseByField } from '#shared/moodle/functions/courses.ts';
import { createGroups } from '#shared/moodle/functions/groups.ts';
import { makeCategory, makeCourse, newCourse, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let category: number;
let course: number;
beforeAll(async () => {
  category = (await makeCategory(peer.client)).id;
  course = await makeCourse(peer.client);
});

/** Ways to write `… Café Straße` that the database finds equal. */
const spellings: Record<string, (text: string) => string> = {
  'another case': (text) => text.toUpperCase(),
  'no accent': (text) => text.replace('é', 'e'),
  'ss for ß': (text) => text.replace('ß', 'ss'),
  'a character without width': (text) => text.replace('af', 'a\u200bf'),
  'composed otherwise': (text) => text.normalize('NFD'),
  'full width': (text) => text.replace('C', 'Ｃ'),
  'a blank at the end': (text) => `${text} `,
};

describe.each(Object.entries(spellings))('with %s', (_spelling, respell) => {
  it('a course’s short name and ID number are the same, also when they are looked for', async () => {
    const names = { shortname: `${unique('s')} Café Straße`, idnumber: `${unique('i')} Café Straße` };
    const [made] = await createCourses(peer.client, [newCourse(category, names)]);
    for (const [field, code] of [
      ['shortname', 'shortnametaken'],
      ['idnumber', 'courseidnumbertaken'],
    ] as const) {
      const other = newCourse(category, { [field]: respell(names[field]) });
      expect(await refusal(createCourses(peer.client, [other]))).toBe(code);
    }
    const found = await getCourseByField(peer.client, 'idnumber', respell(names.idnumber));
    expect(found?.id).toBe(made!.id);
  });

  it('a category’s ID number is the same', async () => {
    const idnumber = `${unique('i')} Café Straße`;
    await createCategories(peer.client, [{ name: 'One', idnumber, parent: category }]);
    const other = { name: 'Other', idnumber: respell(idnumber), parent: category };
    expect(await refusal(createCategories(peer.client, [other]))).toBe('categoryidnumbertaken');
    expect(await getCategoryByIdnumber(peer.client, respell(idnumber))).toMatchObject({ name: 'One' });
  });

  it('a group’s name is the same in its course', async () => {
    const name = `${unique('g')} Café Straße`;
    const group = { courseid: course, name, description: '' };
    await createGroups(peer.client, [group]);
    const other = { ...group, name: respell(name) };
    expect(await refusal(createGroups(peer.client, [other]))).toBe('invalidparameter');
  });
});

describe('a group’s ID number', () => {
  it('is compared letter by letter', async () => {
    const idnumber = `${unique('i')} Café`;
    const group = (text: string) => ({
      courseid: course,
      name: unique('group'),
      idnumber: text,
      description: '',
    });
    await createGroups(peer.client, [group(idnumber)]);
    expect(await refusal(createGroups(peer.client, [group(`${idnumber} `)]))).toBe('idnumbertaken');
    for (const other of [idnumber.toUpperCase(), idnumber.replace('é', 'e')])
      expect(await refusal(createGroups(peer.client, [group(other)]))).toBeUndefined();
  });
});
