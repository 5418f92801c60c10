import type { FunctionName, Received } from '#shared/moodle/functions/parameters.ts';
import type { UserField } from '#shared/moodle/functions/users.ts';
import type { CopiedRows } from './copied-rows.ts';

/** By function, how to copy what a call looks at. Of those that are not named it is not known what they would do. */
export type NeededRows = { readonly [Name in FunctionName]?: (args: Received<Name>) => Promise<void> };

export function neededRows(rows: CopiedRows): NeededRows {
  const { held } = rows;
  const allCategories = () => held.readCategories();

  async function ofPlaces(items: readonly { userid: number; courseid?: number }[]): Promise<void> {
    await rows.copyAccounts(
      'id',
      of(items, ({ userid }) => userid),
    );
    await rows.copyPlaces(of(items, ({ courseid }) => courseid));
  }

  function ofAccounts(roles: readonly { userid: number; instanceid?: number | undefined }[]): Promise<void> {
    const ids = of(roles, ({ userid }) => userid);
    return rows.copyAccounts('id', [...ids, ...of(roles, ({ instanceid }) => instanceid)]);
  }

  async function ofMembers({ members }: Received<'core_group_add_group_members'>): Promise<void> {
    const courses = await rows.copyGroupsById(of(members, ({ groupid }) => groupid));
    await ofPlaces(members);
    await rows.copyPlaces(courses);
  }

  const allCohorts = () => held.readCohorts();

  async function ofCohorts(members: readonly { cohortid: number; userid: number }[]): Promise<void> {
    await rows.copyAccounts(
      'id',
      of(members, ({ userid }) => userid),
    );
    await rows.copyMembers(of(members, ({ cohortid }) => cohortid));
  }

  return {
    core_user_get_users_by_field: ({ field, values }) => rows.copyAccounts(field as UserField, values),
    core_user_create_users: async ({ users }) => {
      await rows.copyAccounts(
        'username',
        of(users, ({ username }) => username),
      );
      await rows.copyAccounts(
        'email',
        of(users, ({ email }) => email),
      );
    },
    core_user_update_users: async ({ users }) => {
      await rows.copyAccounts(
        'id',
        of(users, ({ id }) => id),
      );
      await rows.copyAccounts(
        'username',
        of(users, ({ username }) => username),
      );
      await rows.copyAccounts(
        'email',
        of(users, ({ email }) => email),
      );
    },
    core_course_get_categories: allCategories,
    core_course_create_categories: allCategories,
    core_course_update_categories: allCategories,
    core_course_get_courses_by_field: ({ field, value }) => rows.copyCoursesBy(field, value),
    core_course_create_courses: async ({ courses }) => {
      await allCategories();
      await held.readCoursesNamed(
        'shortname',
        of(courses, ({ shortname }) => shortname),
      );
      await held.readCoursesNamed(
        'idnumber',
        of(courses, ({ idnumber }) => idnumber),
      );
    },
    core_course_import_course: ({ importfrom, importto }) => rows.copyCourses([importfrom, importto]),
    core_course_update_courses: async ({ courses }) => {
      await allCategories();
      await rows.copyCourses(of(courses, ({ id }) => id));
      const renamed = courses.filter(
        ({ id, shortname }) => shortname !== rows.state.courses.get(id)?.shortname,
      );
      await held.readCoursesNamed(
        'shortname',
        of(renamed, ({ shortname }) => shortname),
      );
    },
    core_group_get_course_groups: ({ courseid }) => rows.copyGroups([courseid]),
    core_group_create_groups: ({ groups }) => rows.copyGroups(of(groups, ({ courseid }) => courseid)),
    core_group_update_groups: async ({ groups }) => {
      await rows.copyGroupsById(of(groups, ({ id }) => id));
    },
    core_group_add_group_members: ofMembers,
    core_group_delete_group_members: ofMembers,
    core_cohort_create_cohorts: allCohorts,
    core_cohort_update_cohorts: allCohorts,
    core_cohort_get_cohorts: allCohorts,
    core_cohort_get_cohort_members: ({ cohortids }) => rows.copyMembers(cohortids),
    core_cohort_add_cohort_members: ({ members }) =>
      ofCohorts(
        members.map(({ cohorttype, usertype }) => ({
          cohortid: Number(cohorttype.value),
          userid: Number(usertype.value),
        })),
      ),
    core_cohort_delete_cohort_members: ({ members }) => ofCohorts(members),
    enrol_manual_enrol_users: ({ enrolments }) => ofPlaces(enrolments),
    enrol_manual_unenrol_users: ({ enrolments }) => ofPlaces(enrolments),
    core_role_assign_roles: ({ assignments }) => ofAccounts(assignments),
    core_role_unassign_roles: async ({ unassignments }) => {
      const { course = [], user = [] } = Object.groupBy(
        unassignments,
        ({ contextlevel = '' }) => contextlevel,
      );
      await ofPlaces(course.map(({ userid, instanceid }) => ({ userid, courseid: instanceid! })));
      await ofAccounts(user);
      rows.takeRoles(user);
    },
    core_course_get_contents: ({ courseid }) => rows.copyActivities(courseid),
    mod_attendance_get_sessions: ({ attendanceid }) => rows.copySessions(attendanceid),
    mod_attendance_add_attendance: ({ courseid }) => rows.copyCourses([courseid]),
    mod_attendance_add_session: async ({ attendanceid, groupid }) => {
      await rows.copySessions(attendanceid);
      if (groupid > 0) await rows.copyGroupsById([groupid]);
    },
    mod_attendance_update_user_status: ({ studentid, takenbyid }) =>
      rows.copyAccounts('id', [studentid, takenbyid]),
  };
}

/** The values of those that have one. */
function of<Item, Value>(items: readonly Item[], read: (item: Item) => Value | undefined): Value[] {
  return items.flatMap((item) => read(item) ?? []);
}
