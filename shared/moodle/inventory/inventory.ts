import type { MoodleCaller } from '#shared/moodle/client/caller.ts';
import { isMissingRecord, MoodleError } from '#shared/moodle/client/errors.ts';
import { chunkByVariables } from '#shared/moodle/client/form.ts';
import type { Period } from '#shared/moodle/enrolments/enrolment-state.ts';
import { type AttendanceSession, getAttendanceSessions } from '#shared/moodle/functions/attendance.ts';
import { type Category, getAllCategories } from '#shared/moodle/functions/categories.ts';
import {
  type Cohort,
  type CohortMember,
  getAllCohorts,
  getCohortMembers,
} from '#shared/moodle/functions/cohorts.ts';
import { type CourseModule, getCourseModules } from '#shared/moodle/functions/contents.ts';
import {
  type Course,
  getCourseByField,
  getCoursesByCategory,
  getCoursesByIdnumber,
  getCoursesByIds,
} from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { type Group, getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getSiteInfo, type SiteInfo } from '#shared/moodle/functions/site.ts';
import { getUsersByField, type MoodleUser, type UserField } from '#shared/moodle/functions/users.ts';
import { inLanes } from '#shared/sync/in-lanes.ts';
import { inParts } from '#shared/sync/in-parts.ts';

/** One person's place in one course. */
export interface Place {
  courseid: number;
  userid: number;
  roleids: readonly number[];
  /** Or not in its time. */
  suspended: boolean;
  /** When the person is let in, where that is limited. Moodle does not tell; known of what was written. */
  period?: Period | undefined;
  /** Ids of the course's groups that the person is in. */
  groupids: readonly number[];
}

/** What is read of a Moodle, by what it is called here. */
interface Rows {
  categories: Category;
  courses: Course;
  groups: Group;
  cohorts: Cohort;
  members: CohortMember;
  accounts: MoodleUser;
  places: Place;
  /** Of attendance. */
  activities: CourseModule & { courseid: number };
  /** Of attendance. */
  sessions: AttendanceSession;
}

/** Told of each row when it is read first. */
export type RowListener = { [Kind in keyof Rows]?: (row: Rows[Kind]) => void };

type Key = string | number;

/** Moodle 4.5 takes a few milliseconds for each course. */
const coursesTogether = 100;

/**
 * What a Moodle holds, as far as it was asked for: nothing is asked for twice, and a row stays as it was when it was
 * read first.
 */
export class Inventory {
  readonly categories = new Map<number, Category>();
  readonly courses = new Map<number, Course>();
  readonly groups = new Map<number, Group>();
  readonly cohorts = new Map<number, Cohort>();
  /** Of cohorts, by {@link memberKey}. */
  readonly members = new Map<string, CohortMember>();
  readonly accounts = new Map<number, MoodleUser>();
  /** By {@link placeKey}. */
  readonly places = new Map<string, Place>();
  readonly activities = new Map<number, Rows['activities']>();
  readonly sessions = new Map<number, AttendanceSession>();
  readonly #moodle: MoodleCaller;
  readonly #listener: RowListener;
  readonly #lanes: number;
  readonly #asked = new Set<string>();
  #site: Promise<SiteInfo> | undefined;

  /** @param options.lanes calls at the same time: as many as workers make to a Moodle unless given */
  constructor(moodle: MoodleCaller, options: { listener?: RowListener; lanes?: number } = {}) {
    this.#moodle = moodle;
    this.#listener = options.listener ?? {};
    this.#lanes = options.lanes ?? 4;
  }

  site(): Promise<SiteInfo> {
    this.#site ??= getSiteInfo(this.#moodle);
    return this.#site;
  }

  /** All categories: they are few, so that one call reads them. */
  readCategories(): Promise<void> {
    return this.#read('categories', 'all', [0], () => getAllCategories(this.#moodle));
  }

  readCourses(ids: Iterable<number>): Promise<void> {
    const unknown = [...ids].filter((id) => !this.courses.has(id));
    return this.#read('courses', 'id', unknown, async (fresh) => {
      const courses: Course[] = [];
      for (const part of inParts(fresh, coursesTogether))
        courses.push(...(await getCoursesByIds(this.#moodle, part)));
      return courses;
    });
  }

  /** Moodle is asked for one name at a time; it has no function for several. */
  readCoursesNamed(field: 'idnumber' | 'shortname', names: Iterable<string>): Promise<void> {
    return this.#readEach('courses', field, folded(names), async (name) => {
      if (field === 'idnumber') return getCoursesByIdnumber(this.#moodle, name);
      const course = await getCourseByField(this.#moodle, field, name);
      return course ? [course] : [];
    });
  }

  /** The courses that lie directly in these categories. @param onRead told of each category */
  readCoursesIn(categories: Iterable<number>, onRead?: () => void): Promise<void> {
    return this.#readEach(
      ...(['courses', 'category', categories] as const),
      (id) => getCoursesByCategory(this.#moodle, id),
      onRead,
    );
  }

  /** The courses in the categories with such ID numbers, of which there may be twins. */
  async coursesUnder(isMeant: (idnumber: string) => boolean): Promise<Course[]> {
    await this.readCategories();
    const categories = [...this.categories.values()].filter(({ idnumber }) => isMeant(idnumber));
    const ids = new Set(categories.map(({ id }) => id));
    await this.readCoursesIn(ids);
    return [...this.courses.values()].filter(({ categoryid }) => ids.has(categoryid));
  }

  /** The groups of these courses. @param onRead told of each course */
  readGroups(courses: Iterable<number>, onRead?: () => void): Promise<void> {
    return this.#readEach('groups', 'course', courses, (id) => getCourseGroups(this.#moodle, id), onRead);
  }

  /** All cohorts: Moodle finds none by its ID number. */
  readCohorts(): Promise<void> {
    return this.#read('cohorts', 'all', [0], () => getAllCohorts(this.#moodle));
  }

  /** Who is in these cohorts, as far as Moodle has them. */
  async readMembers(cohorts: Iterable<number>): Promise<void> {
    await this.readCohorts();
    const there = [...cohorts].filter((id) => this.cohorts.has(id));
    await this.#read('members', 'cohort', there, (fresh) => getCohortMembers(this.#moodle, fresh));
  }

  readAccounts(field: UserField, values: Iterable<string>): Promise<void> {
    const isKnown = (value: string) => field === 'id' && this.accounts.has(Number(value));
    const unknown = folded(values).filter((value) => value !== '' && !isKnown(value));
    return this.#read('accounts', field, unknown, async (fresh) => {
      const users: MoodleUser[] = [];
      for (const chunk of chunkByVariables(fresh, () => 1))
        users.push(...(await getUsersByField(this.#moodle, field, chunk)));
      return users;
    });
  }

  /** Who is in these courses. A course that Moodle does not have any more has nobody in it. */
  readPlaces(courses: Iterable<number>): Promise<void> {
    return this.#readEach('places', 'course', courses, (id) => placesIn(this.#moodle, id));
  }

  /** Whether it is known who is in a course. */
  knowsPlacesIn(course: number): boolean {
    return this.#asked.has(`places course ${course}`);
  }

  /** The attendance activities of a course. */
  readActivities(course: number): Promise<void> {
    return this.#readEach('activities', 'course', [course], async (courseid) => {
      const modules = await getCourseModules(this.#moodle, courseid, { modname: 'attendance' });
      return modules.map((module) => ({ ...module, courseid }));
    });
  }

  /** The sessions of an attendance activity. */
  readSessions(attendance: number): Promise<void> {
    return this.#readEach('sessions', 'activity', [attendance], async (id) => {
      const { functions } = await this.site();
      return getAttendanceSessions(this.#moodle, functions, id);
    });
  }

  #readEach<Kind extends keyof Rows, Asked extends Key>(
    kind: Kind,
    field: string,
    values: Iterable<Asked>,
    question: (value: Asked) => Promise<Rows[Kind][]>,
    onRead: () => void = () => {},
  ): Promise<void> {
    return this.#read(kind, field, values, async (fresh) => {
      const rows: Rows[Kind][] = [];
      await inLanes(fresh, { lanes: this.#lanes }, async (value) => {
        rows.push(...(await question(value)));
        onRead();
      });
      return rows;
    });
  }

  /** A question that Moodle refused to answer is asked again. */
  async #read<Kind extends keyof Rows, Asked extends Key>(
    kind: Kind,
    field: string,
    values: Iterable<Asked>,
    question: (fresh: Asked[]) => Promise<Rows[Kind][]>,
  ): Promise<void> {
    const fresh = [...new Set(values)].filter((value) => !this.#asked.has(`${kind} ${field} ${value}`));
    if (fresh.length === 0) return;
    const rows = await question(fresh);
    for (const value of fresh) this.#asked.add(`${kind} ${field} ${value}`);
    const known: Map<Key, Rows[Kind]> = this[kind] as Map<Key, never>;
    for (const row of rows) {
      const key = 'cohortid' in row ? memberKey(row) : 'userid' in row ? placeKey(row) : row.id;
      if (known.has(key)) continue;
      known.set(key, row);
      this.#listener[kind]?.(row);
    }
  }
}

/** The key of a person's place in a course. */
export function placeKey({ courseid, userid }: Pick<Place, 'courseid' | 'userid'>): string {
  return `${courseid}/${userid}`;
}

/** The key of somebody in a cohort. */
export function memberKey({ cohortid, userid }: CohortMember): string {
  return `${cohortid}/${userid}`;
}

/** Moodle compares without regard to case. */
function folded(values: Iterable<string>): string[] {
  return [...values].map((value) => value.toLowerCase());
}

async function placesIn(moodle: MoodleCaller, courseid: number): Promise<Place[]> {
  try {
    const all = await getEnrolledUsers(moodle, courseid, { userfields: ['id', 'roles', 'groups'] });
    const suspended = await getEnrolledUsers(moodle, courseid, { userfields: ['id'], only: 'suspended' });
    const isSuspended = new Set(suspended.map(({ id }) => id));
    return all.map(({ id, roles = [], groups = [] }) => ({
      courseid,
      userid: id,
      roleids: roles.map(({ roleid }) => roleid),
      suspended: isSuspended.has(id),
      groupids: groups.map((group) => group.id),
    }));
  } catch (error) {
    if (error instanceof MoodleError && isMissingRecord(error.errorcode)) return [];
    throw error;
  }
}
