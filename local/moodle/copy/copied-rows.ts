import type { AttendanceSession } from '#shared/moodle/functions/attendance.ts';
import type { UserField } from '#shared/moodle/functions/users.ts';
import {
  Inventory,
  memberKey,
  type Place,
  placeKey,
  type RowListener,
} from '#shared/moodle/inventory/inventory.ts';
import {
  type DryRunChanges,
  type DryRunSite,
  firstMadeUpId,
  isMadeUp,
  type RowChange,
} from '#shared/operate/plan/dry-run-moodle.ts';
import { groupModes } from '../functions/attendance.ts';
import { isActive } from '../functions/enrolments.ts';
import type { AttendanceLog } from '../state/attendance.ts';
import { addUsualStatuses } from '../state/attendance-activity.ts';
import { moduleOf } from '../state/course-modules.ts';
import { blankUser } from '../state/install-site.ts';
import { SiteState } from '../state/site-state.ts';

/** The rows of another Moodle in a simulated one, as far as they were needed, with what was made of them. */
export class CopiedRows {
  readonly state = new SiteState();
  readonly held: Inventory;
  readonly #courseOfGroup: DryRunSite['courseOfGroup'];
  /** The courses of groups of which only the members are known. */
  readonly #courseOfMembers = new Map<number, number>();

  constructor({ moodle, courseOfGroup }: Pick<DryRunSite, 'moodle' | 'courseOfGroup'>) {
    this.held = new Inventory(moodle, { listener: this.#takers() });
    this.#courseOfGroup = courseOfGroup;
    const { users, categories, courses, groups, cohorts, attendance, activities } = this.state;
    const { instances, sessions, statuses } = attendance;
    for (const table of [
      users,
      categories,
      courses,
      groups,
      cohorts,
      instances,
      sessions,
      statuses,
      activities.modules,
    ])
      table.giveIdsFrom(firstMadeUpId);
  }

  copyAccounts(field: UserField, values: readonly (string | number)[]): Promise<void> {
    const asked = field === 'id' ? real(values.map(Number)) : values;
    return this.held.readAccounts(field, asked.map(String));
  }

  copyCourses(ids: Iterable<number>): Promise<void> {
    return this.held.readCourses(real(ids));
  }

  /** @param field Moodle's name of it @throws Error for one that no push asks by */
  copyCoursesBy(field: string, value: string): Promise<void> {
    if (field === 'ids') return this.copyCourses(value.split(',').map(Number));
    if (field === 'category') return this.held.readCoursesIn(real([Number(value)]));
    if (field === 'idnumber' || field === 'shortname') return this.held.readCoursesNamed(field, [value]);
    throw new Error(`A dry run cannot look for courses by ${field}.`);
  }

  async copyGroups(courses: Iterable<number>): Promise<void> {
    await this.copyCourses(courses);
    await this.held.readGroups(real(courses));
  }

  /** Copies what can be found of these groups. @returns the courses that they are in */
  async copyGroupsById(ids: number[]): Promise<number[]> {
    for (const id of new Set(ids)) {
      const course = this.state.groups.get(id) ? undefined : await this.#courseOfGroup(id);
      if (course !== undefined) await this.copyGroups([course]);
    }
    return ids.flatMap((id) => this.state.groups.get(id)?.courseid ?? []);
  }

  async copyMembers(cohorts: readonly number[]): Promise<void> {
    await this.held.readMembers(real(cohorts));
  }

  async copyPlaces(courses: readonly number[]): Promise<void> {
    await this.copyCourses(courses);
    await this.held.readPlaces(courses.filter((id) => this.held.courses.has(id)));
  }

  /** No function tells who has which role over whom: what is taken away was given by the link. */
  takeRoles(roles: readonly { roleid: number; userid: number; instanceid?: number | undefined }[]): void {
    const { roleAssignments } = this.state;
    for (const { roleid, userid, instanceid = 0 } of roles)
      if (!roleAssignments.first('assignment', `${roleid}/${userid}/${instanceid}`))
        roleAssignments.take({ id: -roleAssignments.size - 1, roleid, userid, instanceid });
  }

  /** The attendance activities of a course. */
  async copyActivities(courseid: number): Promise<void> {
    await this.copyCourses([courseid]);
    if (!isMadeUp(courseid)) await this.held.readActivities(courseid);
  }

  async copySessions(attendanceid: number): Promise<void> {
    if (isMadeUp(attendanceid)) return;
    await this.held.readSessions(attendanceid);
    this.#takeActivity({ id: -attendanceid, courseid: 0, instance: attendanceid, name: '' });
    if (this.state.attendance.statuses.count('attendance', attendanceid) === 0)
      addUsualStatuses(this.state, attendanceid);
  }

  /** An answer with what Moodle knows and the copy does not: whom it expects in a session. */
  told(moodleFunction: string, answer: unknown): unknown {
    if (moodleFunction !== 'mod_attendance_get_sessions') return answer;
    return (answer as { id: number; courseid: number; users: { id: number }[] }[]).map((session) => {
      const { id, courseid, users } = session;
      const isIn = (userid: number) =>
        !this.held.knowsPlacesIn(courseid) || this.state.enrolment(courseid, userid) !== undefined;
      const expected = this.held.sessions.get(id)?.users.filter((user) => isIn(user.id)) ?? [];
      const ids = new Set([...expected, ...users].map((user) => user.id));
      return { ...session, users: [...ids].map((userid) => ({ id: userid })) };
    });
  }

  changes(): DryRunChanges {
    const { categories, courses, groups, users } = this.state;
    return {
      categories: categories.changes(),
      courses: courses.changes(),
      groups: groups.changes(),
      cohorts: this.state.cohorts.changes(),
      members: this.#changedMembers(),
      accounts: users.changes(),
      places: this.#changedPlaces(),
      roles: this.state.roleAssignments.changes(),
      activities: this.state.activities.modules
        .changes()
        .flatMap(({ after }) => (after?.modname === 'attendance' ? [after] : [])),
      sessions: this.#changedSessions(),
    };
  }

  #changedMembers(): DryRunChanges['members'] {
    const after = new Map(this.state.cohortMembers.all().map((member) => [memberKey(member), member]));
    const keys = new Set([...this.held.members.keys(), ...after.keys()]);
    return [...keys].map((key) => ({ before: this.held.members.get(key), after: after.get(key) }));
  }

  #changedPlaces(): RowChange<Place>[] {
    const groups = Map.groupBy(this.state.memberships.all(), ({ groupid, userid }) => {
      const courseid = this.state.groups.get(groupid)?.courseid ?? this.#courseOfMembers.get(groupid)!;
      return placeKey({ courseid, userid });
    });
    const after = new Map(
      this.state.enrolments.all().map((enrolment): [string, Place] => {
        const key = placeKey(enrolment);
        const { timestart, timeend, ...place } = enrolment;
        const groupids = (groups.get(key) ?? []).map(({ groupid }) => groupid);
        if (timestart === 0 && timeend === 0) return [key, { ...place, groupids }];
        // Who was not in their time before counted as suspended.
        const suspended = this.held.places.get(key)?.suspended ? !isActive(enrolment) : place.suspended;
        return [key, { ...place, suspended, period: { timestart, timeend }, groupids }];
      }),
    );
    const keys = new Set([...this.held.places.keys(), ...after.keys()]);
    return [...keys].map((key) => ({ before: this.held.places.get(key), after: after.get(key) }));
  }

  #changedSessions(): DryRunChanges['sessions'] {
    const { sessions, statuses, logs } = this.state.attendance;
    const acronym = (mark: AttendanceLog | undefined) => statuses.get(mark?.statusid ?? 0)?.acronym ?? null;
    const marks = Map.groupBy(logs.changes(), ({ before, after }) => (after ?? before)!.sessionid);
    return sessions.changes().flatMap(({ before, after }) => {
      if (!after) return [];
      const { id, attendanceid, description } = after;
      const own = (marks.get(id) ?? []).filter((mark) => mark.before?.statusid !== mark.after?.statusid);
      return {
        ...{ id, description, isNew: !before },
        courseid: moduleOf(this.state, 'attendance', attendanceid)?.courseid ?? 0,
        marks: own.map((mark) => ({
          studentid: mark.after!.studentid,
          now: acronym(mark.before),
          planned: acronym(mark.after),
        })),
      };
    });
  }

  /** How what was read becomes rows. */
  #takers(): RowListener {
    const { users, categories, courses, groups, cohorts, cohortMembers, enrolments, memberships } =
      this.state;
    const { modules } = this.state.activities;
    return {
      accounts: (user) =>
        users.take({
          ...{ ...blankUser(), middlename: undefined, phone1: undefined, phone2: undefined },
          ...{ ...user, guest: user.username === 'guest' },
        }),
      categories: ({ id, name, idnumber, parent }) =>
        categories.take({ id, name, idnumber, parent, description: '', timemodified: 0 }),
      courses: ({ enrollmentmethods, summary = '', ...course }) =>
        courses.take({
          ...course,
          visible: course.visible === 1,
          showgrades: course.showgrades === 1,
          manualEnrolment: enrollmentmethods?.includes('manual') ?? true,
          ...{ summary, format: 'topics', lang: '', timecreated: 0, timemodified: 0 },
          ...{ groupmode: 0, groupmodeforce: 0, enablecompletion: true, numsections: 0, importedFrom: '' },
          reportShows: { grade: true, range: true, weight: true },
        }),
      groups: (group) =>
        groups.take({ ...group, description: '', enrolmentkey: '', visibility: 0, participation: true }),
      cohorts: (cohort) => cohorts.take(cohort),
      members: (member) => void cohortMembers.insert(member),
      places: ({ groupids, ...place }) => {
        enrolments.insert({ ...place, timestart: 0, timeend: 0 });
        for (const groupid of groupids) {
          memberships.insert({ groupid, userid: place.userid });
          this.#courseOfMembers.set(groupid, place.courseid);
        }
      },
      activities: ({ id, courseid, instance, name }) => {
        if (instance === undefined) return;
        // In place of the one that stood in for it.
        modules.delete(-instance);
        this.#takeActivity({ id, courseid, instance, name });
      },
      sessions: (session) => this.#takeSession(session),
    };
  }

  #takeSession(session: AttendanceSession): void {
    const { id, attendanceid, courseid = 0, statusset } = session;
    const { logs, sessions, statuses } = this.state.attendance;
    this.#takeActivity({ id: -attendanceid, courseid, instance: attendanceid, name: '' });
    sessions.take({ ...session, lasttakenby: 0 });
    for (const status of session.statuses)
      statuses.take({ ...status, attendanceid, setnumber: statusset, visible: true, deleted: false });
    for (const { studentid, statusid, remarks } of session.attendance_log) {
      const mark = { sessionid: id, studentid, statusid: statusid ?? 0, remarks };
      logs.take({ ...mark, id: logs.size + 1, statusset: String(statusset), takenby: 0 });
    }
  }

  /** What it says of groups is not told: it is one that takes sessions with and without them. */
  #takeActivity(activity: { id: number; courseid: number; instance: number; name: string }): void {
    if (moduleOf(this.state, 'attendance', activity.instance)) return;
    const usual = { visible: true, completion: false, timemodified: 0, groupmode: groupModes.visible };
    this.state.activities.modules.take({ ...usual, ...activity, modname: 'attendance' });
  }
}

/** Those that are in Moodle, and not only in the copy. */
function real(ids: Iterable<number>): number[] {
  return [...ids].filter((id) => !isMadeUp(id));
}
