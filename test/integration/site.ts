import type { LoggedCall, SimulatedMoodle } from '#local/moodle/simulated-moodle.ts';
import { MoodleClient } from '#shared/moodle/client/client.ts';
import { getAllCategories, getCategoryByIdnumber } from '#shared/moodle/functions/categories.ts';
import { getCourseByField } from '#shared/moodle/functions/courses.ts';
import { getEnrolledUsers } from '#shared/moodle/functions/enrolments.ts';
import { getCourseGroups } from '#shared/moodle/functions/groups.ts';
import { getUsersByField } from '#shared/moodle/functions/users.ts';

/** Functions that change nothing in Moodle have one of these in their name. */
const reading = /_get_/;

/** Whether a web service call writes to Moodle. */
export function isWrite(call: Pick<LoggedCall, 'function'>): boolean {
  return !reading.test(call.function);
}

/** A simulated Moodle, looked at from outside: all answers come over HTTP, by idnumber. */
export class Site {
  readonly moodle: SimulatedMoodle;
  readonly client: MoodleClient;

  constructor(moodle: SimulatedMoodle) {
    this.moodle = moodle;
    this.client = new MoodleClient({ baseUrl: moodle.url, token: moodle.token });
  }

  /** The account with this idnumber. @throws Error where there are several */
  async user(idnumber: string) {
    const users = await getUsersByField(this.client, 'idnumber', [idnumber]);
    if (users.length > 1) throw new Error(`${users.length} accounts have the idnumber ${idnumber}.`);
    return users[0];
  }

  /** All accounts with this e-mail address, without regard to case. */
  usersByEmail(email: string) {
    return getUsersByField(this.client, 'email', [email]);
  }

  /** Name and parent (idnumber, '' at the top) of a category. */
  async category(idnumber: string): Promise<{ name: string; parent: string } | undefined> {
    const category = await getCategoryByIdnumber(this.client, idnumber);
    return category && { name: category.name, parent: await this.#categoryIdnumber(category.parent) };
  }

  /** A course with the idnumber of its category. */
  async course(idnumber: string) {
    const course = await getCourseByField(this.client, 'idnumber', idnumber);
    if (!course) return undefined;
    const { id, fullname, shortname, visible, summary } = course;
    const category = await this.#categoryIdnumber(course.categoryid);
    return { id, fullname, shortname, category, visible: visible === 1, ...(summary && { summary }) };
  }

  /** Names of a course's groups by idnumber. */
  async groups(courseIdnumber: string): Promise<Record<string, string>> {
    const groups = await getCourseGroups(this.client, await this.#courseId(courseIdnumber));
    return Object.fromEntries(groups.map(({ idnumber, name }) => [idnumber, name]));
  }

  /**
   * Who is in a course, by idnumber: roles, `suspended` where the enrolment is, and the groups' idnumbers, as in
   * `student`, `student in oec_batch_1` or `suspended student in oec_batch_1`.
   */
  async participants(courseIdnumber: string): Promise<Record<string, string>> {
    const id = await this.#courseId(courseIdnumber);
    const userfields = ['id', 'idnumber', 'roles', 'groups'];
    const all = await getEnrolledUsers(this.client, id, { userfields });
    const suspended = await getEnrolledUsers(this.client, id, { userfields, only: 'suspended' });
    const isSuspended = new Set(suspended.map((user) => user.id));
    const groups = new Map(
      (await getCourseGroups(this.client, id)).map((group) => [group.id, group.idnumber]),
    );
    return Object.fromEntries(
      all.map((user) => {
        const roles = (user.roles ?? []).map(({ shortname }) => shortname).join('+') || 'nobody';
        const memberOf = (user.groups ?? []).map((group) => groups.get(group.id)).sort();
        const text = [
          ...(isSuspended.has(user.id) ? ['suspended'] : []),
          roles,
          ...(memberOf.length > 0 ? [`in ${memberOf.join(' ')}`] : []),
        ].join(' ');
        return [user.idnumber || `user ${user.id}`, text];
      }),
    );
  }

  /** What one person is in a course (see `participants`), or undefined. */
  async participant(courseIdnumber: string, person: string): Promise<string | undefined> {
    return (await this.participants(courseIdnumber))[person];
  }

  /** Whose parents have a role, as `mother@example.org: role 9 over oec_student_1`: no function tells it. */
  rolesOverUsers(): string[] {
    const { users, roleAssignments } = this.moodle.siteState;
    return roleAssignments
      .all()
      .map(
        ({ roleid, userid, instanceid }) =>
          `${users.get(userid)?.email}: role ${roleid} over ${users.get(instanceid)?.idnumber}`,
      )
      .sort();
  }

  /** The web service calls made while `work` runs: have it settle. Reading through this site counts too. */
  async callsDuring(work: () => Promise<unknown>): Promise<LoggedCall[]> {
    const before = this.moodle.calls.length;
    await work();
    return this.moodle.calls.slice(before);
  }

  async #courseId(idnumber: string): Promise<number> {
    const course = await getCourseByField(this.client, 'idnumber', idnumber);
    if (!course) throw new Error(`Moodle has no course ${idnumber}.`);
    return course.id;
  }

  async #categoryIdnumber(id: number): Promise<string> {
    if (id === 0) return '';
    const categories = await getAllCategories(this.client);
    return categories.find((category) => category.id === id)?.idnumber || `category ${id}`;
  }
}
