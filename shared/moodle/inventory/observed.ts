import { dayOf } from '#shared/models/fields/school-day.ts';
import type { MoodleKind } from '#shared/models/services.ts';
import type { Category } from '#shared/moodle/functions/categories.ts';
import type { Course } from '#shared/moodle/functions/courses.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';

/** What Moodle has of something, by the names that payloads have for it; references are Moodle ids. */
export type ObservedFields = Record<string, string | number | boolean | undefined>;

/** What is observed of each kind. */
export const fieldsOf = {
  category: (row: Pick<Category, 'name' | 'parent'>) => only(row, 'name', 'parent'),
  /** @param zone of the school, whose days the dates are; without it they are left out */
  course: (row: Omit<Course, 'idnumber'>, zone?: string) => ({
    ...only(row, 'fullname', 'shortname'),
    category: row.categoryid,
    visible: row.visible === 1,
    ...(zone !== undefined && { startdate: dayIn(row.startdate, zone), enddate: dayIn(row.enddate, zone) }),
  }),
  group: (row: Pick<Group, 'name' | 'courseid'>) => ({ name: row.name, course: row.courseid }),
  account: (row: Omit<MoodleUser, 'auth'>) =>
    only(row, 'username', 'firstname', 'lastname', 'middlename', 'email', 'phone1', 'suspended'),
} satisfies Record<MoodleKind, (row: never) => ObservedFields>;

/** Moodle keeps no date as 0. */
function dayIn(seconds: number, zone: string): string {
  return seconds === 0 ? '' : dayOf(seconds, zone);
}

/** These values of a row, without what Moodle does not tell: 4.5 keeps the middle name to itself. */
function only<Name extends string>(row: { [Each in Name]?: ObservedFields[string] }, ...names: Name[]) {
  const told = names.filter((name) => row[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, row[name]])) as ObservedFields;
}
