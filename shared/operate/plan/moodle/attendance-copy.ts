import {
  type AttendanceMark,
  type AttendanceSession,
  getAttendanceSessions,
  type NewAttendance,
  type NewAttendanceSession,
} from '#shared/moodle/functions/attendance.ts';
import { getCourseModules } from '#shared/moodle/functions/contents.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { CopiedTable } from './copied-table.ts';
import type { PlacesCopy } from './places-copy.ts';
import { Asked, isMadeUp, refuse, type SiteCopy } from './site-copy.ts';

export interface CopiedActivity {
  /** The attendanceid. */
  id: number;
  courseid: number;
  name: string;
}

export type CopiedSession = Omit<AttendanceSession, 'attendance_log'> & {
  /** Ids of the statuses by the student's id. */
  marks: ReadonlyMap<number, { statusid: number | null; remarks: string }>;
};

/** What mod_attendance gives a new activity. */
const newStatuses = [
  { acronym: 'P', description: 'Present', grade: 2 },
  { acronym: 'L', description: 'Late', grade: 1 },
  { acronym: 'E', description: 'Excused', grade: 1 },
  { acronym: 'A', description: 'Absent', grade: 0 },
] as const;

/** The attendance activities and sessions that a dry run has met. */
export class AttendanceCopy {
  readonly activities: CopiedTable<CopiedActivity, 'course'>;
  readonly sessions: CopiedTable<CopiedSession, 'activity'>;
  readonly #site: SiteCopy;
  readonly #places: PlacesCopy;
  readonly #studentRole: number;
  readonly #now: () => number;
  readonly #asked = { course: new Asked<number>(), activity: new Asked<number>() };
  #info: Promise<SiteInfo> | undefined;

  /** @param studentRole Moodle's id of the role @param now milliseconds since 1970 */
  constructor(site: SiteCopy, places: PlacesCopy, studentRole: number, now: () => number) {
    this.#site = site;
    this.#places = places;
    this.#studentRole = studentRole;
    this.#now = now;
    this.activities = new CopiedTable(({ id }) => id, site.undo, {
      course: ({ courseid }: CopiedActivity) => courseid,
    });
    this.sessions = new CopiedTable(({ id }) => id, site.undo, {
      activity: ({ attendanceid }: CopiedSession) => attendanceid,
    });
  }

  /** `core_course_get_contents` with the option modname=attendance, as Moodle answers it. */
  async find(courseid: number): Promise<Record<string, unknown>[]> {
    await this.#asked.course.ask(isMadeUp(courseid) ? [] : [courseid], async () => {
      const modules = await getCourseModules(this.#site.moodle, courseid, { modname: 'attendance' });
      this.activities.take(
        modules.flatMap(({ instance: id, name }) => (id === undefined ? [] : [{ id, courseid, name }])),
      );
    });
    const modules = this.activities.find('course', courseid);
    return [{ modules: modules.map(({ id, name }) => ({ id, name, modname: 'attendance', instance: id })) }];
  }

  /** `mod_attendance_get_sessions`, as Moodle answers it. */
  async sessionsOf(attendanceid: number): Promise<Record<string, unknown>[]> {
    await this.#load(attendanceid);
    return this.sessions.find('activity', attendanceid).map(({ marks, ...session }) => ({
      ...session,
      users: this.#users({ marks, ...session }).map((id) => ({ id })),
      attendance_log: [...marks].map(([studentid, { statusid, remarks }]) => ({
        studentid,
        statusid: statusid === null ? null : String(statusid),
        remarks,
      })),
    }));
  }

  /** `mod_attendance_add_attendance` */
  async addActivity({ courseid, name }: NewAttendance): Promise<{ attendanceid: number }> {
    const id = this.#site.nextId();
    this.activities.put({ id, courseid, name });
    return { attendanceid: id };
  }

  /** `mod_attendance_add_session` */
  async addSession(session: NewAttendanceSession): Promise<{ sessionid: number }> {
    const { attendanceid, sessiontime, duration = 0, description = '', groupid = 0 } = session;
    await this.#load(attendanceid);
    const [sibling] = this.sessions.find('activity', attendanceid);
    const id = this.#site.nextId();
    this.sessions.put({
      ...{ id, attendanceid, groupid, duration, description },
      courseid: this.activities.get(attendanceid)?.courseid ?? sibling?.courseid,
      sessdate: sessiontime,
      lasttaken: 0,
      timemodified: Math.floor(this.#now() / 1000),
      statusset: 0,
      statuses: sibling?.statuses ?? newStatuses.map((status) => ({ ...status, id: this.#site.nextId() })),
      marks: new Map(),
      users: [],
    });
    return { sessionid: id };
  }

  /** `mod_attendance_update_user_status` */
  async mark({ sessionid, studentid, statusid }: AttendanceMark): Promise<null> {
    const session =
      this.sessions.get(sessionid) ?? refuse('mod_attendance_update_user_status', 'invalidrecord');
    const remarks = session.marks.get(studentid)?.remarks ?? '';
    const marks = new Map(session.marks).set(studentid, { statusid, remarks });
    this.sessions.put({ ...session, marks, lasttaken: Math.floor(this.#now() / 1000) });
    return null;
  }

  async #load(attendanceid: number): Promise<void> {
    await this.#asked.activity.ask(isMadeUp(attendanceid) ? [] : [attendanceid], async () => {
      this.#info ??= getSiteInfo(this.#site.moodle);
      const { functions } = await this.#info;
      const sessions = await getAttendanceSessions(this.#site.moodle, functions, attendanceid);
      this.sessions.take(
        sessions.map(({ attendance_log: log, ...session }) => ({
          ...session,
          marks: new Map(log.map(({ studentid, statusid, remarks }) => [studentid, { statusid, remarks }])),
        })),
      );
    });
  }

  /** Who should be there: whom Moodle names, and whom the dry run has enrolled or put into the group. */
  #users({ courseid, groupid, users }: CopiedSession): number[] {
    const places = courseid === undefined ? undefined : this.#places.known(courseid);
    const known = users.map(({ id }) => id);
    if (!places) return known;
    const isIn = new Set(places.map(({ userid }) => userid));
    const students = places.filter(
      ({ roleids, groupids }) =>
        roleids.includes(this.#studentRole) && (groupid === 0 || groupids.includes(groupid)),
    );
    return [...new Set([...known.filter((id) => isIn.has(id)), ...students.map(({ userid }) => userid)])];
  }
}
