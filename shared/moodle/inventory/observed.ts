import type { MoodleKind } from '#shared/models/services.ts';
import type { Category } from '#shared/moodle/functions/categories.ts';
import type { Course } from '#shared/moodle/functions/courses.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';

/** What Moodle has of something, by the names that payloads have for it; references are Moodle ids. */
export type ObservedFields = Record<string, string | number | boolean | undefined>;

/** What is observed of each kind. */
export const fieldsOf = {
  category: ({ name, parent }: Pick<Category, 'name' | 'parent'>) => ({ name, parent }),
  course: ({
    fullname,
    shortname,
    categoryid,
    visible,
  }: Pick<Course, 'fullname' | 'shortname' | 'categoryid' | 'visible'>) => ({
    ...{ fullname, shortname, category: categoryid, visible: visible === 1 },
  }),
  group: ({ name, courseid }: Pick<Group, 'name' | 'courseid'>) => ({ name, course: courseid }),
  /** Without what Moodle does not tell: 4.5 keeps the middle name to itself. */
  account: ({
    username,
    firstname,
    lastname,
    middlename,
    email,
    phone1,
    suspended,
  }: Omit<MoodleUser, 'auth'>) => ({
    ...{
      username,
      firstname,
      lastname,
      ...(middlename !== undefined && { middlename }),
      email,
      phone1,
      suspended,
    },
  }),
} satisfies Record<MoodleKind, (row: never) => ObservedFields>;
