import { Journal, type Staged } from '#local/state/journal.ts';
import { activityTables } from './activities.ts';
import { attendanceTables } from './attendance.ts';
import { completionTables } from './completion.ts';
import { gradebookTables } from './gradebook.ts';
import type {
  Category,
  Cohort,
  CohortMember,
  Course,
  Enrolment,
  Group,
  Membership,
  RoleAssignment,
  User,
} from './records.ts';
import { MoodleTable } from './table.ts';

/** A participant of a course as a person would see it. */
export type Participant = { user: User; enrolment: Enrolment; groups: Group[] };

const orUndefined = (value: string): string | undefined => value || undefined;

/** The row of a deleted account is found by its id only. */
const ifThere = (keyOf: (user: User) => string | undefined) => (user: User) =>
  user.deleted ? undefined : keyOf(user);

/** Everything the simulated site holds, in memory, with the questions tests and pages ask of it. */
export class SiteState {
  readonly #journal = new Journal();

  /** Lists of a course's groups as Moodle caches them: one that was read while another call adds to it stays short. */
  readonly #groupLists = new Map<number, Group[]>();

  readonly users = new MoodleTable<User, 'username' | 'email' | 'idnumber'>(
    this.#journal,
    {
      username: ifThere((user) => user.username),
      email: ifThere((user) => orUndefined(user.email)),
      idnumber: ifThere((user) => orUndefined(user.idnumber)),
    },
    { unique: ['username'] },
  );
  readonly categories = new MoodleTable<Category, 'idnumber' | 'parent' | 'name'>(this.#journal, {
    idnumber: (category) => orUndefined(category.idnumber),
    parent: 'parent',
    name: 'name',
  });
  readonly courses = new MoodleTable<Course, 'shortname' | 'idnumber' | 'category'>(this.#journal, {
    shortname: 'shortname',
    idnumber: (course) => orUndefined(course.idnumber),
    category: 'categoryid',
  });
  readonly groups = new MoodleTable<Group, 'course' | 'idnumber' | 'name'>(
    this.#journal,
    {
      course: 'courseid',
      idnumber: (group) => (group.idnumber ? `${group.courseid}/${group.idnumber}` : undefined),
      name: ['courseid', 'name'],
    },
    { onWrite: ({ courseid }) => this.#groupLists.delete(courseid) },
  );
  readonly cohorts = new MoodleTable<Cohort, 'idnumber'>(this.#journal, { idnumber: 'idnumber' });
  readonly cohortMembers = new MoodleTable<CohortMember, 'cohort' | 'user' | 'place'>(this.#journal, {
    cohort: 'cohortid',
    user: 'userid',
    place: ['cohortid', 'userid'],
  });
  readonly enrolments = new MoodleTable<Enrolment, 'course' | 'user' | 'place'>(this.#journal, {
    course: 'courseid',
    user: 'userid',
    place: ['courseid', 'userid'],
  });
  readonly memberships = new MoodleTable<Membership, 'group' | 'user' | 'place'>(this.#journal, {
    group: 'groupid',
    user: 'userid',
    place: ['groupid', 'userid'],
  });

  readonly roleAssignments = new MoodleTable<RoleAssignment, 'user' | 'over' | 'assignment'>(this.#journal, {
    user: 'userid',
    over: 'instanceid',
    assignment: ['roleid', 'userid', 'instanceid'],
  });

  readonly activities = activityTables(this.#journal);
  readonly gradebook = gradebookTables(this.#journal);
  readonly completion = completionTables(this.#journal);
  readonly attendance = attendanceTables(this.#journal);

  /** By user id, how many mails with a password the site has sent: more than one is somebody mailed twice. */
  readonly mails = new Map<number, number>();

  /** Runs `work`; when it throws, nothing of it has happened. */
  transaction<T>(work: () => T): T {
    return this.#journal.transaction(work);
  }

  /** Runs `work` and hides the rows that it adds until it is committed. */
  stage<T>(work: () => T): Staged<T> {
    return this.#journal.stage(work);
  }

  /** Counts a mail; taken back with the transaction, for Moodle too mails nobody whose creation was rolled back. */
  mail(userId: number): void {
    const before = this.mails.get(userId) ?? 0;
    const count = () => this.mails.set(userId, before + 1);
    count();
    this.#journal.record(() => (before ? this.mails.set(userId, before) : this.mails.delete(userId)), count);
  }

  usersByIdnumber(idnumber: string): User[] {
    return this.users.find('idnumber', idnumber);
  }

  /** The first of them: idnumbers of users are not unique in Moodle. */
  userByIdnumber(idnumber: string): User | undefined {
    return this.usersByIdnumber(idnumber)[0];
  }

  userByEmail(email: string): User | undefined {
    return this.users.first('email', email);
  }

  userByUsername(username: string): User | undefined {
    return this.users.first('username', username);
  }

  categoryByIdnumber(idnumber: string): Category | undefined {
    return this.categories.first('idnumber', idnumber);
  }

  courseByIdnumber(idnumber: string): Course | undefined {
    return this.courses.first('idnumber', idnumber);
  }

  courseByShortname(shortname: string): Course | undefined {
    return this.courses.first('shortname', shortname);
  }

  groupByIdnumber(courseId: number, idnumber: string): Group | undefined {
    return this.groups.first('idnumber', `${courseId}/${idnumber}`);
  }

  /** A course's groups from Moodle's cache, which is filled when it is read and emptied when a group is written. */
  groupList(courseId: number): Group[] {
    const list = this.#groupLists.get(courseId) ?? this.groups.find('course', courseId);
    this.#groupLists.set(courseId, list);
    return list;
  }

  enrolment(courseId: number, userId: number): Enrolment | undefined {
    return this.enrolments.first('place', `${courseId}/${userId}`);
  }

  membership(groupId: number, userId: number): Membership | undefined {
    return this.memberships.first('place', `${groupId}/${userId}`);
  }

  cohortMember(cohortId: number, userId: number): CohortMember | undefined {
    return this.cohortMembers.first('place', `${cohortId}/${userId}`);
  }

  /** Everybody enrolled in a course, suspended ones too, in the order of their enrolment. */
  participants(courseId: number): Participant[] {
    const groupsOfUser = new Map<number, Group[]>();
    for (const group of this.groups.find('course', courseId))
      for (const { userid } of this.memberships.find('group', group.id))
        groupsOfUser.set(userid, [...(groupsOfUser.get(userid) ?? []), group]);
    return this.enrolments.find('course', courseId).flatMap((enrolment) => {
      const user = this.users.get(enrolment.userid);
      return user ? [{ user, enrolment, groups: groupsOfUser.get(user.id) ?? [] }] : [];
    });
  }

  groupMembers(groupId: number): User[] {
    return this.memberships
      .find('group', groupId)
      .flatMap((membership) => this.users.get(membership.userid) ?? []);
  }

  /** The ids from the top category down to this one. */
  categoryPath(categoryId: number): number[] {
    const path: number[] = [];
    for (let at = this.categories.get(categoryId); at; at = this.categories.get(at.parent))
      path.unshift(at.id);
    return path;
  }

  /** Takes the manual enrolment method away from a course, as its teacher may. */
  removeManualEnrolment(courseId: number): void {
    this.courses.update(courseId, { manualEnrolment: false });
  }
}
