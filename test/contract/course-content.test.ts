import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { addAttendance } from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import {
  createCourses,
  getCoursesByIds,
  importCourse,
  type NewCourse,
  updateCourses,
} from '#shared/moodle/functions/courses.ts';
import { createGroups, getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getSiteInfo } from '#shared/moodle/functions/site.ts';
import { isMissing, makeCategory, newCourse, nowhere, refusal, unique } from './makers.ts';
import { usePeer } from './peer.ts';

const peer = usePeer();
let category: number;
let functions: string[];
beforeAll(async () => {
  category = (await makeCategory(peer.client)).id;
  functions = (await getSiteInfo(peer.client)).functions;
});

const make = async (fields: Partial<NewCourse> = {}) =>
  (await createCourses(peer.client, [newCourse(category, fields)]))[0]!.id;
const modulesIn = async (course: number) =>
  (await getCourseModules(peer.client, course)).map(({ modname, name }) => `${modname} ${name}`).sort();
const sectionsOf = async (courseid: number) =>
  (
    await peer.client.call(
      'core_course_get_contents',
      { courseid },
      z.array(z.object({ section: z.number() })),
    )
  ).length;

/** A course with announcements and an attendance activity, which the token's user may make. */
async function template(fields: Partial<NewCourse> = {}): Promise<number> {
  const id = await make(fields);
  await addAttendance(peer.client, functions, { courseid: id, name: 'Roll', groupmode: 0 });
  return id;
}
const both = ['attendance Roll', 'forum Announcements'];

describe('the content of a course that is copied into another one', () => {
  it('is there once, the announcements of the new course too where it was given some', async () => {
    const from = await template();
    const [bare, usual] = [await make({ newsitems: 0 }), await make()];
    for (const to of [bare, usual]) await importCourse(peer.client, from, to);
    expect(await modulesIn(bare)).toEqual(both);
    expect(await modulesIn(usual)).toEqual([...both, 'forum Announcements']);
  });

  it('is there twice when it is copied twice', async () => {
    const [from, to] = [await template(), await make({ newsitems: 0 })];
    await importCourse(peer.client, from, to);
    await importCourse(peer.client, from, to);
    expect(await modulesIn(to)).toEqual([...both, ...both].sort());
  });

  it('has the sections of both, the settings of the new course, and the groups of the old', async () => {
    const options = (value: number) => [{ name: 'numsections', value: String(value) }];
    const from = await template({ format: 'topics', enablecompletion: 1, courseformatoptions: options(3) });
    const group = unique('group');
    await createGroups(peer.client, [{ courseid: from, name: group, description: '', idnumber: group }]);
    const own = { format: 'weeks', enablecompletion: 0, groupmode: 1, newsitems: 0 };
    const to = await make({ ...own, courseformatoptions: options(2) });
    expect(await sectionsOf(to)).toBe(3);
    await importCourse(peer.client, from, to);
    expect(await sectionsOf(to)).toBe(4);
    const settings = z.object({ courses: z.array(z.object({}).loose()) });
    const { courses } = await peer.client.call(
      'core_course_get_courses_by_field',
      { field: 'id', value: to },
      settings,
    );
    expect(courses[0]).toMatchObject(own);
    expect((await getCourseGroups(peer.client, to)).map(({ name }) => name)).toEqual([group]);
  });

  it('needs two courses that are there, and not the front page', async () => {
    const to = await make();
    expect(await refusal(importCourse(peer.client, nowhere, to))).toBe('invalidcourseid');
    expect(await refusal(importCourse(peer.client, to, nowhere))).toBe('invalidcourseid');
    expect(await refusal(importCourse(peer.client, 1, to))).toBe('backupprecheckerrors');
    expect(await modulesIn(to)).toEqual(['forum Announcements']);
  });
});

describe('a course that was made without announcements', () => {
  it('gets its forum once it is to show some', async () => {
    const course = await make({ newsitems: 0 });
    expect(await modulesIn(course)).toEqual([]);
    await updateCourses(peer.client, [{ id: course, newsitems: 3 }]);
    await updateCourses(peer.client, [{ id: course, newsitems: 4 }]);
    expect(await modulesIn(course)).toEqual(['forum Announcements']);
    expect((await getCoursesByIds(peer.client, [course]))[0]!.newsitems).toBe(4);
  });
});

describe('how a new course is set up', () => {
  it('is refused with a language that is not installed, and not with a format that is not', async () => {
    const create = (fields: Partial<NewCourse>) =>
      refusal(createCourses(peer.client, [newCourse(category, fields)]));
    expect(await create({ lang: 'tlh' })).toBe('errorinvalidparam');
    expect(await create({ format: 'nosuchformat' })).toBeUndefined();
  });
});

describe('a course that is not there', () => {
  it('has no content to look at', async () => {
    expect(await refusal(getCourseModules(peer.client, nowhere))).toSatisfy(isMissing);
  });
});
