import type { SiteInfo } from '#shared/moodle/functions/site.ts';

/** What a function is needed for: pushing to Moodle, pulling from it, both, or attendance that is pushed. */
export type Direction = 'push' | 'pull' | 'both' | 'attendance push';

export interface RequiredFunction {
  name: string;
  /** The same function's name on sites with an older mod_attendance. */
  olderName?: string;
  direction: Direction;
  purpose: string;
  /** The capabilities it asks for, from Moodle 4.5's db/services.php and the require_capability calls behind it. */
  capabilities: readonly string[];
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
/** Without them Moodle leaves username, auth, e-mail or idnumber out, or the whole account. */
const accountAccess = [
  'moodle/user:viewdetails',
  'moodle/user:viewalldetails',
  'moodle/user:viewhiddendetails',
  'moodle/site:viewuseridentity',
  'moodle/site:viewfullnames',
] as const;

const structure: RequiredFunction[] = [
  {
    name: 'core_webservice_get_site_info',
    direction: 'both',
    purpose: 'Is the site there, which release, what may the token do',
    capabilities: [],
  },
  {
    name: 'core_course_create_categories',
    direction: 'push',
    purpose: 'Departments and programs',
    capabilities: ['moodle/category:manage'],
  },
  {
    name: 'core_course_update_categories',
    direction: 'push',
    purpose: 'Departments and programs that are renamed or moved',
    capabilities: ['moodle/category:manage'],
  },
  {
    name: 'core_course_get_categories',
    direction: 'push',
    purpose: 'Finding categories by idnumber',
    capabilities: [
      'moodle/category:manage',
      'moodle/category:viewhiddencategories',
      'moodle/category:viewcourselist',
    ],
  },
  {
    name: 'core_course_create_courses',
    direction: 'push',
    purpose: 'Subjects of a program',
    capabilities: ['moodle/course:create', 'moodle/course:visibility'],
  },
  {
    name: 'core_course_update_courses',
    direction: 'push',
    purpose: 'Subjects that are renamed, moved or hidden',
    capabilities: [
      ...courseAccess,
      'moodle/course:update',
      'moodle/course:visibility',
      'moodle/course:changecategory',
      'moodle/course:changefullname',
      'moodle/course:changeshortname',
      'moodle/course:changeidnumber',
    ],
  },
  {
    name: 'core_course_get_courses_by_field',
    direction: 'both',
    purpose: 'Finding courses by idnumber and shortname, and whether students see their grades',
    capabilities: [...courseAccess, 'moodle/course:update'],
  },
  {
    name: 'core_group_create_groups',
    direction: 'push',
    purpose: 'Batches',
    capabilities: [...courseAccess, 'moodle/course:managegroups'],
  },
  {
    name: 'core_group_update_groups',
    direction: 'push',
    purpose: 'Batches that are renamed',
    capabilities: [...courseAccess, 'moodle/course:managegroups'],
  },
  {
    name: 'core_group_get_course_groups',
    direction: 'both',
    purpose: 'Finding the group of a batch',
    capabilities: [...courseAccess, 'moodle/course:managegroups'],
  },
];

const people: RequiredFunction[] = [
  {
    name: 'core_user_create_users',
    direction: 'push',
    purpose: 'Students and teachers',
    capabilities: ['moodle/user:create'],
  },
  {
    name: 'core_user_update_users',
    direction: 'push',
    purpose: 'Students and teachers that change or are suspended',
    capabilities: ['moodle/user:update'],
  },
  {
    name: 'core_user_get_users_by_field',
    direction: 'push',
    purpose: 'Finding accounts by idnumber and e-mail',
    capabilities: accountAccess,
  },
  {
    name: 'enrol_manual_enrol_users',
    direction: 'push',
    purpose: 'Enrolments of students and teachers',
    capabilities: [...courseAccess, 'enrol/manual:enrol', 'moodle/role:assign'],
  },
  {
    name: 'enrol_manual_unenrol_users',
    direction: 'push',
    purpose: 'Enrolments that end',
    capabilities: [...courseAccess, 'enrol/manual:unenrol'],
  },
  {
    name: 'core_enrol_get_enrolled_users',
    direction: 'both',
    purpose: 'Who is enrolled in a course and in which groups',
    capabilities: [
      ...courseAccess,
      ...accountAccess,
      'moodle/course:enrolreview',
      'moodle/site:accessallgroups',
    ],
  },
  {
    name: 'core_group_add_group_members',
    direction: 'push',
    purpose: 'Students of a batch',
    capabilities: [...courseAccess, 'moodle/course:managegroups'],
  },
  {
    name: 'core_group_delete_group_members',
    direction: 'push',
    purpose: 'Students that leave a batch',
    capabilities: [...courseAccess, 'moodle/course:managegroups'],
  },
];

const results: RequiredFunction[] = [
  {
    name: 'core_course_get_contents',
    direction: 'pull',
    purpose: 'The activities of a course, and whether students see them',
    capabilities: activityAccess,
  },
  {
    name: 'core_enrol_get_users_courses',
    direction: 'pull',
    purpose: 'Course completion; for a push, whether an account is more than a student',
    capabilities: [...courseAccess, ...accountAccess, 'moodle/course:enrolreview', 'report/completion:view'],
  },
  {
    name: 'gradereport_user_get_grade_items',
    direction: 'pull',
    purpose: 'The gradebook',
    capabilities: [
      ...activityAccess,
      'gradereport/user:view',
      'moodle/grade:viewall',
      'moodle/grade:viewhidden',
      'moodle/course:viewsuspendedusers',
    ],
  },
  {
    name: 'mod_assign_get_assignments',
    direction: 'pull',
    purpose: 'Which rights the token has: `doctor` asks so without changing anything',
    capabilities: [...activityAccess, 'mod/assign:view'],
  },
  {
    name: 'mod_quiz_get_user_best_grade',
    direction: 'pull',
    purpose: 'What quizzes ask for to be passed',
    capabilities: [...activityAccess, 'mod/quiz:view', 'mod/quiz:viewreports'],
  },
];

const attendance: RequiredFunction[] = [
  {
    name: 'mod_attendance_get_sessions',
    olderName: 'mod_wsattendance_get_sessions',
    direction: 'pull',
    purpose: 'Attendance sessions and who was there',
    capabilities: [...activityAccess, 'mod/attendance:view', 'mod/attendance:manageattendances'],
  },
];

const attendancePush: RequiredFunction[] = [
  {
    name: 'mod_attendance_update_user_status',
    olderName: 'mod_wsattendance_update_user_status',
    direction: 'attendance push',
    purpose: "A student's attendance",
    capabilities: [...activityAccess, 'mod/attendance:view', 'mod/attendance:takeattendances'],
  },
  {
    name: 'mod_attendance_add_attendance',
    olderName: 'mod_wsattendance_add_attendance',
    direction: 'attendance push',
    purpose: 'The attendance activity of a course',
    capabilities: [...activityAccess, 'mod/attendance:addinstance', 'moodle/course:manageactivities'],
  },
  {
    name: 'mod_attendance_add_session',
    olderName: 'mod_wsattendance_add_session',
    direction: 'attendance push',
    purpose: 'Sessions of the timetable',
    capabilities: [...activityAccess, 'mod/attendance:manageattendances'],
  },
];

/** THE list of the 24 functions that the external service of a token must hold. */
export const requiredFunctions: readonly RequiredFunction[] = [
  ...structure,
  ...people,
  ...results,
  ...attendance,
];

/** Three more, only where attendance is pushed to Moodle. */
export const attendancePushFunctions: readonly RequiredFunction[] = attendancePush;

/**
 * The functions a site lacks out of those wanted. A function counts as there under either of its names.
 *
 * @param available the functions that `core_webservice_get_site_info` lists for the token
 */
export function missingFunctions(
  available: SiteInfo['functions'],
  wanted: readonly RequiredFunction[] = requiredFunctions,
): RequiredFunction[] {
  const there = new Set(available);
  return wanted.filter(({ name, olderName }) => !there.has(name) && !(olderName && there.has(olderName)));
}

/** The capabilities that the role of the token's user needs for these functions, each once, in alphabetical order. */
export function capabilitiesFor(functions: readonly RequiredFunction[]): string[] {
  const needed = functions.flatMap(({ capabilities }) => capabilities);
  return [...new Set([...capabilitiesOfEveryCall, ...needed])].sort();
}
