import * as z from 'zod';
import { plainName } from '#shared/moodle/client/schemas.ts';
import { type Category, getAllCategories } from '#shared/moodle/functions/categories.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getUsersByField, type MoodleUser } from '#shared/moodle/functions/users.ts';
import type { Kit } from '../kit.ts';
import { toNumberByTemplate, toOwnNumber } from './settings.ts';

/** A place in a course: role short names, whether it is suspended, idnumbers of the groups. */
export type Place = { roles: string[]; suspended: boolean; groups: string[] };

export type SeenCourse = {
  id: number;
  idnumber: string;
  fullname: string;
  shortname: string;
  visible: boolean;
  category: string;
  /** All groups, as they come: one idnumber must not be there twice. */
  groups: { id: number; idnumber: string; name: string }[];
  /** By the person's idnumber. */
  places: Map<string, Place>;
};

/** Everything a Moodle holds that matters here, read over HTTP. Parents are idnumbers, '' at the top. */
export type SeenMoodle = {
  categories: (Category & { parentIdnumber: string })[];
  courses: SeenCourse[];
  users: MoodleUser[];
};

const coursesSchema = z.object({
  courses: z.array(
    z.object({
      id: z.number(),
      idnumber: z.string(),
      fullname: plainName,
      shortname: plainName,
      categoryid: z.number(),
      visible: z.number(),
    }),
  ),
});

/** @param emails every address that was ever written: accounts without an idnumber are found by them */
export async function seeMoodle(kit: Kit, idnumbers: string[], emails: string[]): Promise<SeenMoodle> {
  const { client } = kit.site();
  const all = await getAllCategories(client);
  const nameOf = new Map(all.map(({ id, idnumber }) => [id, idnumber ?? '']));
  const categories = all.map((category) => ({
    ...category,
    parentIdnumber: nameOf.get(category.parent) ?? '',
  }));
  const users = new Map<number, MoodleUser>();
  for (const [field, values] of [
    ['idnumber', [...idnumbers, ...idnumbers.map(toNumberByTemplate)]],
    ['email', emails],
  ] as const) {
    for (let start = 0; start < values.length; start += 500) {
      const found = await getUsersByField(client, field, values.slice(start, start + 500));
      for (const user of found) users.set(user.id, { ...user, idnumber: toOwnNumber(user.idnumber) });
    }
  }
  const courses: SeenCourse[] = [];
  const answer = await client.call('core_course_get_courses_by_field', {}, coursesSchema);
  for (const { id, idnumber, fullname, shortname, categoryid, visible } of answer.courses) {
    if (!idnumber) continue;
    const groups = await getCourseGroups(client, id);
    const groupNames = new Map(groups.map((group) => [group.id, group.idnumber]));
    const userfields = ['id', 'idnumber', 'roles', 'groups'];
    const enrolled = await getEnrolledUsers(client, id, { userfields });
    const suspended = new Set(
      (await getEnrolledUsers(client, id, { userfields: ['id'], only: 'suspended' })).map((user) => user.id),
    );
    const places = enrolled.map((user): [string, Place] => [
      toOwnNumber(user.idnumber ?? ''),
      {
        roles: (user.roles ?? []).map((role) => role.shortname),
        suspended: suspended.has(user.id),
        groups: (user.groups ?? []).map((group) => groupNames.get(group.id) ?? '').sort(),
      },
    ]);
    courses.push({
      id,
      idnumber,
      fullname,
      shortname,
      visible: visible === 1,
      category: nameOf.get(categoryid) ?? '',
      groups,
      places: new Map(places),
    });
  }
  return { categories, courses, users: [...users.values()] };
}
