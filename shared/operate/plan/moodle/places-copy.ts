import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import {
  type EnrolmentEnd,
  getEnrolledUsers,
  type NewEnrolment,
} from '#shared/moodle/functions/enrolments.ts';
import type { GroupMember } from '#shared/moodle/functions/groups.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import type { AccountsCopy } from './accounts-copy.ts';
import { CopiedTable } from './copied-table.ts';
import type { CoursesCopy } from './courses-copy.ts';
import type { GroupsCopy } from './groups-copy.ts';
import { Asked, isMadeUp, refuse, type SiteCopy } from './site-copy.ts';

/** One person's place in one course. */
export interface Place {
  courseid: number;
  userid: number;
  roleids: readonly number[];
  suspended: boolean;
  /** Ids of the course's groups that the person is in. */
  groupids: readonly number[];
}

/** Courses whose participants are read at the same time: a large one takes Moodle a second. */
const lanes = 4;

/** Who is in the courses that a dry run would enrol people in, or take them from. */
export class PlacesCopy {
  readonly table: CopiedTable<Place, 'course'>;
  readonly #site: SiteCopy;
  readonly #accounts: AccountsCopy;
  readonly #courses: CoursesCopy;
  readonly #groups: GroupsCopy;
  readonly #asked = new Asked<number>();

  constructor(
    site: SiteCopy,
    { accounts, courses, groups }: { accounts: AccountsCopy; courses: CoursesCopy; groups: GroupsCopy },
  ) {
    this.#site = site;
    this.#accounts = accounts;
    this.#courses = courses;
    this.#groups = groups;
    this.table = new CopiedTable(placeKey, site.undo, { course: ({ courseid }: Place) => courseid });
  }

  /** Reads who is in these courses. Courses that Moodle does not have are passed over. */
  async load(courseids: ReadonlySet<number> | readonly number[]): Promise<void> {
    await this.#courses.loadByIds(courseids);
    const there = [...courseids].filter((id) => !isMadeUp(id) && this.#courses.table.get(id));
    await this.#asked.ask(there, async (fresh) => {
      await inLanes(fresh, { lanes, hasTime: () => true }, (id) => this.#loadCourse(id));
    });
  }

  /** Everybody in a course as far as it is known; undefined where the dry run has not looked, and changed nothing. */
  known(courseid: number): Place[] | undefined {
    const isKnown = isMadeUp(courseid) || this.#asked.has(courseid);
    return isKnown ? this.table.find('course', courseid) : undefined;
  }

  /** `enrol_manual_enrol_users` */
  async enrol(enrolments: readonly NewEnrolment[]): Promise<null> {
    await this.#loadFor(enrolments);
    const moodleFunction = 'enrol_manual_enrol_users';
    return this.#site.undo.allOrNothing(() => {
      for (const { courseid, userid, roleid, suspend = false } of enrolments) {
        const course = this.#courses.table.get(courseid) ?? refuse(moodleFunction, 'invalidparameter');
        if (!course.hasManualEnrolment) refuse(moodleFunction, 'wsnoinstance');
        if (!this.#accounts.table.get(userid)) refuse(moodleFunction, 'invaliduser');
        const before = this.table.get(placeKey({ courseid, userid }));
        const roleids = [...new Set([...(before?.roleids ?? []), roleid])];
        this.table.put({ courseid, userid, roleids, suspended: suspend, groupids: before?.groupids ?? [] });
      }
      return null;
    });
  }

  /** `enrol_manual_unenrol_users` */
  async unenrol(enrolments: readonly EnrolmentEnd[]): Promise<null> {
    await this.#loadFor(enrolments);
    const moodleFunction = 'enrol_manual_unenrol_users';
    return this.#site.undo.allOrNothing(() => {
      for (const { courseid, userid } of enrolments) {
        const course = this.#courses.table.get(courseid) ?? refuse(moodleFunction, 'invalidrecord');
        if (!course.hasManualEnrolment) refuse(moodleFunction, 'wsnoinstance');
        if (!this.#accounts.table.get(userid)) refuse(moodleFunction, 'invaliduser');
        this.table.remove(placeKey({ courseid, userid }));
      }
      return null;
    });
  }

  /** `core_group_add_group_members` */
  join(members: readonly GroupMember[]): Promise<null> {
    return this.#changeMembers('core_group_add_group_members', members, (place, groupid) => {
      if (!place) refuse('core_group_add_group_members', 'invalidparameter');
      return [...new Set([...place.groupids, groupid])];
    });
  }

  /** `core_group_delete_group_members` */
  leave(members: readonly GroupMember[]): Promise<null> {
    return this.#changeMembers('core_group_delete_group_members', members, (place, groupid) =>
      place?.groupids.filter((id) => id !== groupid),
    );
  }

  async #changeMembers(
    moodleFunction: string,
    members: readonly GroupMember[],
    change: (place: Place | undefined, groupid: number) => number[] | undefined,
  ): Promise<null> {
    await this.#groups.loadByIds(members.map(({ groupid }) => groupid));
    const courseids = members.flatMap(({ groupid }) => this.#groups.table.get(groupid)?.courseid ?? []);
    await this.#loadFor(members.map(({ userid }) => ({ userid })));
    await this.load(new Set(courseids));
    return this.#site.undo.allOrNothing(() => {
      for (const { groupid, userid } of members) {
        const group = this.#groups.table.get(groupid) ?? refuse(moodleFunction, 'invalidrecord');
        if (!this.#accounts.table.get(userid)) refuse(moodleFunction, 'invaliduser');
        const place = this.table.get(placeKey({ courseid: group.courseid, userid }));
        const groupids = change(place, groupid);
        if (place && groupids) this.table.put({ ...place, groupids });
      }
      return null;
    });
  }

  async #loadFor(items: readonly { userid: number; courseid?: number }[]): Promise<void> {
    await this.#accounts.load(
      'id',
      items.map(({ userid }) => String(userid)),
    );
    await this.load(new Set(items.flatMap(({ courseid }) => courseid ?? [])));
  }

  async #loadCourse(courseid: number): Promise<void> {
    const { moodle } = this.#site;
    try {
      const userfields = ['id', 'roles', 'groups'];
      const all = await getEnrolledUsers(moodle, courseid, { userfields });
      const suspended = await getEnrolledUsers(moodle, courseid, { userfields: ['id'], only: 'suspended' });
      const isSuspended = new Set(suspended.map(({ id }) => id));
      this.table.take(
        all.map(({ id, roles = [], groups = [] }) => ({
          courseid,
          userid: id,
          roleids: roles.map(({ roleid }) => roleid),
          suspended: isSuspended.has(id),
          groupids: groups.map((group) => group.id),
        })),
      );
    } catch (error) {
      // Deleted since it was looked up: then nobody is in it.
      if (!(error instanceof MoodleError) || !isMissingRecord(error.errorcode)) throw error;
    }
  }
}

/** The key of a person's place in a course. */
export function placeKey({ courseid, userid }: Pick<Place, 'courseid' | 'userid'>): string {
  return `${courseid}/${userid}`;
}
