import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { MoodleError, phpFailure } from '#shared/moodle/client/errors.ts';
import { plainName, type Warnings, warningsSchema } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';

export type NewCourse = Sent<'core_course_create_courses'>['courses'][number];
export type CourseChange = Sent<'core_course_update_courses'>['courses'][number];

const courseSchema = z.object({
  id: z.number(),
  fullname: plainName,
  shortname: plainName,
  summary: z.string().optional(),
  categoryid: z.number(),
  // Absent without the capability moodle/course:update in the course; a lookup that hides it would mislead.
  idnumber: z.string(),
  visible: z.number(),
  /** How many announcements the course shows; 0: it is given no forum for them. */
  newsitems: z.number().default(0),
  /** 1 where students may look into the gradebook. */
  showgrades: z.number().default(1),
  startdate: z.number().default(0),
  enddate: z.number().default(0),
  /** Names of the enrolment methods that are switched on, such as `manual`. */
  enrollmentmethods: z.array(z.string()).optional(),
});
export type Course = z.infer<typeof courseSchema>;

const createdSchema = z.array(z.object({ id: z.number(), shortname: plainName }));
const foundSchema = z.object({ courses: z.array(courseSchema) });

/** Makes courses, all or none, in the order given. Short name and ID number (100 characters) are unique in the site. */
export async function createCourses(
  client: MoodleCaller,
  courses: NewCourse[],
): Promise<z.infer<typeof createdSchema>> {
  if (courses.length === 0) return [];
  return client.call('core_course_create_courses', { courses }, createdSchema);
}

/** Changes courses one by one; those that were refused are named in the warnings (`itemid` is the course's id). */
export async function updateCourses(client: MoodleCaller, courses: CourseChange[]): Promise<Warnings> {
  if (courses.length === 0) return { warnings: [] };
  return client.call('core_course_update_courses', { courses }, warningsSchema);
}

/**
 * Copies what is in a course into another one: sections, activities with their questions, blocks, groups without members;
 * no settings of the course. It adds: a second call doubles everything, and so do two at once (4.5 then refuses one of them
 * with `ex_unabletolock` when it is done). 20 activities took 0.5 to 1.9 s, 200 took 9 to 14 s (4.5 and 5.1). Moodle gives itself an hour, and
 * goes on with it when nobody waits for the answer any more.
 */
export async function importCourse(
  client: MoodleCaller,
  importfrom: number,
  importto: number,
): Promise<void> {
  await client.call('core_course_import_course', { importfrom, importto }, z.null());
}

/** The courses with an ID number, the oldest first: Moodle lets several have one that are made at the same moment. */
export function getCoursesByIdnumber(client: MoodleCaller, value: string): Promise<Course[]> {
  return getCoursesByField(client, 'idnumber', value);
}

/** The oldest course with an ID number or short name, which are compared without regard to case and accents. */
export async function getCourseByField(
  client: MoodleCaller,
  field: 'idnumber' | 'shortname',
  value: string,
): Promise<Course | undefined> {
  return (await getCoursesByField(client, field, value))[0];
}

/** The courses that lie directly in a category. */
export function getCoursesByCategory(client: MoodleCaller, categoryid: number): Promise<Course[]> {
  return getCoursesByField(client, 'category', categoryid);
}

/**
 * The courses of these ids that exist; unknown ids are left out. One call, unless a course was deleted: Moodle 4.5
 * then fails in its own code (util::validate_courses) for the whole list, which is asked again by halves.
 */
export async function getCoursesByIds(client: MoodleCaller, ids: readonly number[]): Promise<Course[]> {
  if (ids.length === 0) return [];
  try {
    return await getCoursesByField(client, 'ids', ids.join(','));
  } catch (error) {
    if (!(error instanceof MoodleError) || error.errorcode !== phpFailure) throw error;
    if (ids.length === 1) return [];
    const middle = Math.ceil(ids.length / 2);
    const left = await getCoursesByIds(client, ids.slice(0, middle));
    return [...left, ...(await getCoursesByIds(client, ids.slice(middle)))];
  }
}

async function getCoursesByField(
  client: MoodleCaller,
  field: string,
  value: string | number,
): Promise<Course[]> {
  return (await client.call('core_course_get_courses_by_field', { field, value }, foundSchema)).courses;
}
