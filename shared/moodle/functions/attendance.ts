import * as z from 'zod';
import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { orEmpty } from '#shared/moodle/client/schemas.ts';
import type { Sent } from './parameters.ts';
import type { SiteInfo } from './site.ts';

/** What the attendance plugin offers, without its name, which older releases have otherwise. */
export type AttendanceFunction = 'get_sessions' | 'update_user_status' | 'add_attendance' | 'add_session';

/**
 * The name that a site has for a function of its attendance plugin; undefined where it has neither, because the
 * plugin is not installed or the external service lacks the function.
 *
 * @param available the functions that `core_webservice_get_site_info` lists for the token
 */
export function attendanceFunctionName(
  attendanceFunction: AttendanceFunction,
  available: SiteInfo['functions'],
): string | undefined {
  const names = [`mod_attendance_${attendanceFunction}`, `mod_wsattendance_${attendanceFunction}`];
  return names.find((name) => available.includes(name));
}

const sessionSchema = z.object({
  id: z.number(),
  attendanceid: z.number(),
  /** The course that the activity is in. */
  courseid: z.number().optional(),
  /** 0 for everybody. */
  groupid: z.number(),
  /** Seconds since 1970. */
  sessdate: z.number(),
  /** Seconds. */
  duration: z.number(),
  /** When attendance was last taken; null or 0 for never. On Moodle's pages that leaves `timemodified` as it was. */
  lasttaken: z
    .number()
    .nullish()
    .transform((time) => time ?? 0),
  timemodified: z.number(),
  /** HTML, as a teacher or a web service wrote it. */
  description: orEmpty,
  statusset: z.number(),
  /** Those that a teacher may choose now; a log may hold others. */
  statuses: z.array(
    z.object({ id: z.number(), acronym: z.string(), description: z.string(), grade: z.number() }),
  ),
  attendance_log: z.array(
    z.object({
      studentid: z.number(),
      /** null where there is a remark and no status. */
      statusid: z
        .string()
        .nullish()
        .transform((id) => Number(id) || null),
      remarks: orEmpty,
    }),
  ),
  /** Everybody who should be there, suspended enrolments included. */
  users: z.array(z.object({ id: z.number() })),
});
export type AttendanceSession = z.infer<typeof sessionSchema>;

export type AttendanceMark = Sent<'mod_attendance_update_user_status'>;
export type NewAttendance = Sent<'mod_attendance_add_attendance'>;
export type NewAttendanceSession = Sent<'mod_attendance_add_session'>;

const addedAttendanceSchema = z.object({ attendanceid: z.number() });
const addedSessionSchema = z.object({ sessionid: z.number() });

/**
 * `mod_attendance_get_sessions`: all sessions of an activity with all that was taken in them; there is no way to ask
 * for less. When a single student was marked, Moodle does not say.
 */
export function getAttendanceSessions(
  client: MoodleCaller,
  available: SiteInfo['functions'],
  attendanceid: number,
): Promise<AttendanceSession[]> {
  return client.call(nameOf('get_sessions', available), { attendanceid }, z.array(sessionSchema));
}

/**
 * `mod_attendance_update_user_status`: marks one student in one session. Moodle stores whatever it is given: look up
 * first that the status is one of the session's and the student one of its users. `statusset` is the number of the
 * session's set: the plugin of 2026 takes nothing else, that of 2024 anything.
 */
export async function updateAttendanceStatus(
  client: MoodleCaller,
  available: SiteInfo['functions'],
  mark: AttendanceMark,
): Promise<void> {
  // null from the plugin of 2024, `OK` from that of 2026.
  await client.call(nameOf('update_user_status', available), mark, z.literal('OK').nullable());
}

/**
 * `mod_attendance_add_attendance`: adds one more activity each time it is called. Group mode 0 is for sessions of
 * everybody, 1 of one group each, 2 of either.
 *
 * @returns its id
 */
export async function addAttendance(
  client: MoodleCaller,
  available: SiteInfo['functions'],
  attendance: NewAttendance,
): Promise<number> {
  const name = nameOf('add_attendance', available);
  return (await client.call(name, attendance, addedAttendanceSchema)).attendanceid;
}

/**
 * `mod_attendance_add_session`: adds one more session each time it is called, its time and length in seconds. A group
 * only where the activity has groups; students see it in their calendar unless told otherwise.
 *
 * @returns its id
 */
export async function addAttendanceSession(
  client: MoodleCaller,
  available: SiteInfo['functions'],
  session: NewAttendanceSession,
): Promise<number> {
  return (await client.call(nameOf('add_session', available), session, addedSessionSchema)).sessionid;
}

/** A site that has neither name refuses today's with `invalidrecord` or `accessexception`. */
function nameOf(attendanceFunction: AttendanceFunction, available: SiteInfo['functions']): string {
  return attendanceFunctionName(attendanceFunction, available) ?? `mod_attendance_${attendanceFunction}`;
}
