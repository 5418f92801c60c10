import { dayOf } from '#shared/models/fields/school-day.ts';
import type { MoodleKind } from '#shared/models/services.ts';
import { isProfileField, type Profile, profileFields } from '#shared/moodle/conventions/profile.ts';
import type { Category } from '#shared/moodle/functions/categories.ts';
import type { Cohort } from '#shared/moodle/functions/cohorts.ts';
import type { Course } from '#shared/moodle/functions/courses.ts';
import type { Group } from '#shared/moodle/functions/groups.ts';
import type { MoodleUser } from '#shared/moodle/functions/users.ts';
import { fieldNames } from '#shared/moodle/instance/ownership.ts';
import { summaryText } from '#shared/moodle/structure/course-summary.ts';

/** What Moodle has of something, by the names that payloads have for it; references are Moodle ids. */
export type ObservedFields = Record<string, string | number | boolean | undefined>;

/** Whose account it is stands in the mapping, and the ID number is compared with that. */
const accountFields = fieldNames('user').filter((name) => name !== 'idnumber' && !isProfileField(name));

/** What is observed of each kind. */
export const fieldsOf = {
  category: (row: Pick<Category, 'name' | 'parent'>) => only(row, 'name', 'parent'),
  /** @param zone of the school, whose days the dates are; without it they are left out */
  course: (row: Omit<Course, 'idnumber'>, zone?: string) => ({
    ...only(row, 'fullname', 'shortname'),
    ...(row.summary && { summary: summaryText(row.summary) }),
    category: row.categoryid,
    visible: row.visible === 1,
    ...(zone !== undefined && datesOf(row, zone)),
  }),
  group: (row: Pick<Group, 'name' | 'courseid'>) => ({ name: row.name, course: row.courseid }),
  cohort: (row: Cohort) => only(row, 'name', 'visible'),
  account: (row: Omit<MoodleUser, 'auth'>) => ({
    ...only(row as Record<string, unknown> as ObservedFields, ...accountFields),
    ...profileIn(row),
  }),
} satisfies Record<MoodleKind, (row: never) => ObservedFields>;

/** The dates of a course, as days. */
export function datesOf({ startdate, enddate }: Pick<Course, 'startdate' | 'enddate'>, zone: string) {
  return { startdate: dayIn(startdate, zone), enddate: dayIn(enddate, zone) };
}

/** Moodle keeps no date as 0. */
function dayIn(seconds: number, zone: string): string {
  return seconds === 0 ? '' : dayOf(seconds, zone);
}

/** What an account tells of somebody besides; Moodle leaves out what is empty, and so is it here. */
export function profileIn(row: Omit<MoodleUser, 'auth'>): Profile {
  // 99 is the site's own time zone.
  const own = profileFields.map((name) => [name, row[name] === '99' ? '' : row[name]]);
  const custom = (row.customfields ?? []).map(({ shortname, type, value }) => [
    `profile_field_${shortname}`,
    type === 'datetime' ? dayAnywhere(value) : value,
  ]);
  return Object.fromEntries([...own, ...custom].filter(([, value]) => value));
}

/** What a field holds of which Moodle tells nothing: nothing, or nobody knows. */
export function whereUntold(name: string): '' | undefined {
  return isProfileField(name) && name !== 'phone2' ? '' : undefined;
}

/**
 * The day of a date. Moodle takes `2026-09-01` and keeps its first moment in a time zone that nobody is told: thirteen
 * hours later it is that day in UTC as well, wherever between Hawaii and New Zealand it began.
 */
function dayAnywhere(seconds: string): string | undefined {
  if (seconds === '' || seconds === '0') return undefined;
  return new Date((Number(seconds) + 46_800) * 1000).toISOString().slice(0, 10);
}

/** These values of a row, without what Moodle does not tell: 4.5 keeps the middle name to itself. */
function only<Name extends string>(row: { [Each in Name]?: ObservedFields[string] }, ...names: Name[]) {
  const told = names.filter((name) => row[name] !== undefined);
  return Object.fromEntries(told.map((name) => [name, row[name]])) as ObservedFields;
}
