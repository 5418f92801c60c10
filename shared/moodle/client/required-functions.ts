import type { FunctionName } from '#shared/moodle/functions/parameters.ts';
import type { SiteInfo } from '#shared/moodle/functions/site.ts';
import {
  courseTemplates,
  type Instance,
  ownerOf,
  takesAttendanceFromErp,
  takesParents,
} from '#shared/moodle/instance/instance.ts';

/** What a function is needed for: pushing to Moodle, pulling from it, or both. */
export type Direction = 'push' | 'pull' | 'both';

export interface RequiredFunction {
  name: string;
  /** The same function's name on sites with an older mod_attendance. */
  olderName?: string;
  direction: Direction;
  purpose: string;
  /** The capabilities it asks for, from Moodle 4.5's db/services.php and the require_capability calls behind it. */
  capabilities: readonly string[];
  /** The setting of an instance without which the function is not needed. */
  setting?: string;
}

/** What every call needs, whichever function it is. */
export const capabilitiesOfEveryCall = ['webservice/rest:use'] as const;

/** To be let into courses without being enrolled in them, hidden ones included. */
const courseAccess = ['moodle/course:view', 'moodle/course:viewhiddencourses'] as const;
/** To see hidden activities and everybody's groups there. */
const activityAccess = [
  ...courseAccess,
  'moodle/course:viewhiddensections',
  'moodle/course:viewhiddenactivities',
  'moodle/course:ignoreavailabilityrestrictions',
  'moodle/site:accessallgroups',
] as const;
/** To read and change the groups of a course. */
const groupAccess = [...courseAccess, 'moodle/course:managegroups'] as const;
/** All that cohorts ask for: who may manage them may look at them and move their members as well. */
const cohortAccess = ['moodle/cohort:manage'] as const;
/** Without them Moodle leaves username, auth, e-mail or idnumber out, or the whole account. */
const accountAccess = [
  'moodle/user:viewdetails',
  'moodle/user:viewalldetails',
  'moodle/user:viewhiddendetails',
  'moodle/site:viewuseridentity',
  'moodle/site:viewfullnames',
] as const;

type Need = Pick<RequiredFunction, 'direction' | 'purpose' | 'capabilities'>;
type Needs = Readonly<Partial<Record<FunctionName, Need>>>;

const needFor =
  (direction: Direction) =>
  (purpose: string, capabilities: readonly string[] = []): Need => ({ direction, purpose, capabilities });
const push = needFor('push');
const pull = needFor('pull');
const both = needFor('both');

const needs: Needs = {
  core_webservice_get_site_info: both('Is the site there, which release, what may the token do'),
  core_course_create_categories: push('Departments and programs', ['moodle/category:manage']),
  core_course_update_categories: push('Departments and programs that are renamed or moved', [
    'moodle/category:manage',
  ]),
  core_course_get_categories: push('Finding categories by idnumber', [
    'moodle/category:manage',
    'moodle/category:viewhiddencategories',
    'moodle/category:viewcourselist',
  ]),
  core_course_create_courses: push('Subjects of a program', [
    'moodle/course:create',
    'moodle/course:visibility',
  ]),
  core_course_update_courses: push('Subjects that are renamed, moved or hidden', [
    ...courseAccess,
    'moodle/course:update',
    'moodle/course:visibility',
    'moodle/course:changecategory',
    'moodle/course:changefullname',
    'moodle/course:changeshortname',
    'moodle/course:changeidnumber',
  ]),
  core_course_get_courses_by_field: both(
    'Finding courses by idnumber and shortname, and whether students see their grades',
    [...courseAccess, 'moodle/course:update'],
  ),
  core_group_create_groups: push('Batches', groupAccess),
  core_group_update_groups: push('Batches that are renamed', groupAccess),
  core_group_get_course_groups: both('Finding the group of a batch', groupAccess),
  core_user_create_users: push('Students and teachers', ['moodle/user:create']),
  core_user_update_users: push('Students and teachers that change or are suspended', ['moodle/user:update']),
  core_user_get_users_by_field: push('Finding accounts by idnumber and e-mail', accountAccess),
  enrol_manual_enrol_users: push('Enrolments of students and teachers', [
    ...courseAccess,
    'enrol/manual:enrol',
    'moodle/role:assign',
  ]),
  enrol_manual_unenrol_users: push('Enrolments that end', [...courseAccess, 'enrol/manual:unenrol']),
  core_enrol_get_enrolled_users: both('Who is enrolled in a course and in which groups', [
    ...courseAccess,
    ...accountAccess,
    'moodle/course:enrolreview',
    'moodle/site:accessallgroups',
  ]),
  core_group_add_group_members: push('Students of a batch', groupAccess),
  core_group_delete_group_members: push('Students that leave a batch', groupAccess),
  core_course_get_contents: pull('The activities of a course, and whether students see them', activityAccess),
  core_enrol_get_users_courses: pull(
    'Course completion; for a push, whether an account is more than a student',
    [...courseAccess, ...accountAccess, 'moodle/course:enrolreview', 'report/completion:view'],
  ),
  gradereport_user_get_grade_items: pull('The gradebook', [
    ...activityAccess,
    'gradereport/user:view',
    'moodle/grade:viewall',
    'moodle/grade:viewhidden',
    'moodle/course:viewsuspendedusers',
  ]),
  mod_assign_get_assignments: pull('Which rights the token has: `doctor` asks so without changing anything', [
    ...activityAccess,
    'mod/assign:view',
  ]),
  mod_quiz_get_user_best_grade: pull('What quizzes ask for to be passed', [
    ...activityAccess,
    'mod/quiz:view',
    'mod/quiz:viewreports',
  ]),
  mod_attendance_get_sessions: pull('Attendance sessions and who was there', [
    ...activityAccess,
    'mod/attendance:view',
    'mod/attendance:manageattendances',
  ]),
};

/**
 * What instances need besides that have a setting so: functions, and capabilities that functions ask for which every
 * instance needs.
 */
export const needsBySetting: readonly {
  setting: string;
  isSet: (instance: Instance) => boolean;
  needs: Needs;
}[] = [
  {
    setting: 'course_template',
    isSet: (instance) => courseTemplates(instance).length > 0,
    needs: {
      // Questions that lie in the course itself, as before Moodle 5.0, are looked at before anything is copied.
      core_course_import_course: push('The content of a template in new courses', [
        ...courseAccess,
        'moodle/backup:backuptargetimport',
        'moodle/restore:restoretargetimport',
        'moodle/question:add',
        'moodle/question:managecategory',
      ]),
      core_course_get_contents: push('Whether a course has its content', activityAccess),
    },
  },
  {
    setting: 'new_courses.lang',
    isSet: ({ new_courses }) => new_courses.lang !== undefined,
    // Without it Moodle leaves the language out, and says nothing.
    needs: {
      core_course_create_courses: push('The language of new courses', ['moodle/course:setforcedlanguage']),
    },
  },
  {
    setting: 'role_ids.parent',
    isSet: takesParents,
    needs: {
      core_role_assign_roles: push("Parents' roles over their children", ['moodle/role:assign']),
      core_role_unassign_roles: push("Parents' roles that end", ['moodle/role:assign']),
    },
  },
  {
    setting: 'names.course_summary',
    isSet: (instance) =>
      instance.names.course_summary !== undefined && ownerOf(instance, 'course.summary') === 'erp',
    needs: {
      core_course_update_courses: push('Courses whose summary changes', ['moodle/course:changesummary']),
    },
  },
  {
    setting: 'teacher_role_by',
    isSet: ({ teacher_role_by }) => teacher_role_by !== undefined,
    needs: {
      core_role_unassign_roles: push('Roles of teachers that change', [
        ...courseAccess,
        'moodle/role:assign',
      ]),
    },
  },
  {
    setting: 'sync_attendance_from',
    isSet: takesAttendanceFromErp,
    needs: {
      mod_attendance_update_user_status: push("A student's attendance", [
        ...activityAccess,
        'mod/attendance:view',
        'mod/attendance:takeattendances',
      ]),
      mod_attendance_add_attendance: push('The attendance activity of a course', [
        ...activityAccess,
        'mod/attendance:addinstance',
        'moodle/course:manageactivities',
      ]),
      mod_attendance_add_session: push('Sessions of the timetable', [
        ...activityAccess,
        'mod/attendance:manageattendances',
      ]),
    },
  },
  {
    setting: 'cohorts',
    isSet: ({ cohorts }) => cohorts !== 'none',
    needs: {
      core_cohort_create_cohorts: push('Cohorts of programs and batches', cohortAccess),
      core_cohort_update_cohorts: push('Cohorts that are renamed or hidden', cohortAccess),
      core_cohort_get_cohorts: push('Finding cohorts by idnumber', cohortAccess),
      core_cohort_get_cohort_members: push('Who is in a cohort', cohortAccess),
      core_cohort_add_cohort_members: push('Students of a program or batch', cohortAccess),
      core_cohort_delete_cohort_members: push('Students that leave a program or batch', cohortAccess),
    },
  },
];

function functionsOf(wanted: Needs, setting?: string): RequiredFunction[] {
  return Object.entries(wanted).map(([name, need]) => ({
    name,
    ...(name.startsWith('mod_attendance') && { olderName: name.replace('mod_', 'mod_ws') }),
    ...need,
    ...(setting && { setting }),
  }));
}

function functionsWith(settings: typeof needsBySetting): RequiredFunction[] {
  const byName = new Map(functionsOf(needs).map((one) => [one.name, one]));
  for (const one of settings.flatMap((each) => functionsOf(each.needs, each.setting))) {
    const known = byName.get(one.name);
    const capabilities = [...(known?.capabilities ?? []), ...one.capabilities];
    byName.set(one.name, { ...(known ?? one), capabilities });
  }
  return [...byName.values()];
}

/** THE list of the 24 functions that the external service of every token must hold. */
export const requiredFunctions = functionsOf(needs);

/** All that any instance may need. */
export const everyFunction = functionsWith(needsBySetting);

/** The functions that an instance needs with the settings it has, and their capabilities. */
export function functionsFor(instance: Instance): RequiredFunction[] {
  return functionsWith(needsBySetting.filter(({ isSet }) => isSet(instance)));
}

/**
 * The functions a site lacks out of those required. A function counts as there under either of its names.
 *
 * @param available the functions that `core_webservice_get_site_info` lists for the token
 */
export function missingFunctions(
  available: SiteInfo['functions'],
  required: readonly RequiredFunction[],
): RequiredFunction[] {
  const there = new Set(available);
  return required.filter(({ name, olderName }) => !there.has(name) && !(olderName && there.has(olderName)));
}

/** The capabilities that the role of the token's user needs for these functions, each once, in alphabetical order. */
export function capabilitiesFor(functions: readonly RequiredFunction[]): string[] {
  const needed = functions.flatMap(({ capabilities }) => capabilities);
  return [...new Set([...capabilitiesOfEveryCall, ...needed])].sort();
}
