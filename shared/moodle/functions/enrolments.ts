import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orNull, plainName } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';

/** Moodle takes `suspend` for a number, and a form sends true as 1. */
export type NewEnrolment = Omit<Sent<'enrol_manual_enrol_users'>['enrolments'][number], 'suspend'> & {
  suspend?: boolean;
};
export type EnrolmentEnd = Sent<'enrol_manual_unenrol_users'>['enrolments'][number];

const enrolledUserSchema = z.object({
  id: z.number(),
  idnumber: z.string().default(''),
  roles: z.array(z.object({ roleid: z.number(), shortname: z.string() })).optional(),
  groups: z.array(z.object({ id: z.number(), name: plainName })).optional(),
});
export type EnrolledUser = z.infer<typeof enrolledUserSchema>;

const usersCourseSchema = z.object({
  id: z.number(),
  idnumber: z.string().default(''),
  /** null where the course does not track completion, or the token's user may not see it. */
  completed: orNull(z.boolean()),
  /** Per cent of the activities that are tracked; null where there is none, or the user is no student. */
  progress: orNull(z.number()),
  enablecompletion: orNull(z.boolean()).transform((enabled) => enabled ?? false),
  /** Whether anything is defined that makes the course complete. Without it nobody ever completes it. */
  completionhascriteria: orNull(z.boolean()).transform((has) => has ?? false),
  completionusertracked: orNull(z.boolean()).transform((tracked) => tracked ?? false),
  /** Seconds since 1970; null for never. */
  lastaccess: orNull(z.number()),
});
export type UsersCourse = z.infer<typeof usersCourseSchema>;

/**
 * Makes or changes manual enrolments, all or none. A second role of a person is added to the first. With `suspend`
 * the enrolment keeps its grades but closes the course; without it a suspended one becomes active again. `timestart`
 * and `timeend` are seconds since 1970; 0 or nothing for at once and for no end.
 */
export async function enrolUsers(client: MoodleCaller, enrolments: NewEnrolment[]): Promise<void> {
  if (enrolments.length === 0) return;
  await client.call('enrol_manual_enrol_users', { enrolments }, z.null());
}

/** Ends manual enrolments, all or none, with their roles and group memberships. Who is not enrolled is passed over. */
export async function unenrolUsers(client: MoodleCaller, enrolments: EnrolmentEnd[]): Promise<void> {
  if (enrolments.length === 0) return;
  await client.call('enrol_manual_unenrol_users', { enrolments }, z.null());
}

/**
 * Who is enrolled in a course, suspended enrolments included.
 *
 * @param options.userfields Moodle's names of the fields to answer (`id`, `idnumber`, `roles`, `groups`); all of
 *   them cost seven times as much
 * @param options.only those whose enrolment is active, or suspended or over; what is with the account does not count
 */
export function getEnrolledUsers(
  client: MoodleCaller,
  courseid: number,
  { userfields, only }: { userfields?: readonly string[]; only?: 'active' | 'suspended' } = {},
): Promise<EnrolledUser[]> {
  const options = [
    ...(userfields ? [{ name: 'userfields', value: userfields.join(',') }] : []),
    ...(only ? [{ name: `only${only}`, value: 1 }] : []),
  ];
  return client.call('core_enrol_get_enrolled_users', { courseid, options }, z.array(enrolledUserSchema));
}

/**
 * `core_enrol_get_users_courses`: how far one user is in all courses in which the enrolment is active; about 20 ms a
 * user. Hidden courses are missing where the user may not see them, whatever the token may. Moodle is not asked to
 * count the users of every course.
 */
export function getUsersCourses(client: MoodleCaller, userid: number): Promise<UsersCourse[]> {
  const query = { userid, returnusercount: false };
  return client.call('core_enrol_get_users_courses', query, z.array(usersCourseSchema));
}
