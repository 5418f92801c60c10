import type { MoodleSettings } from '../settings.ts';
import { getAssignments } from './assignments/get-assignments.ts';
import { addAttendance } from './attendance/add-attendance.ts';
import { addAttendanceSession } from './attendance/add-session.ts';
import { getAttendanceSession, getAttendanceSessions } from './attendance/get-sessions.ts';
import { updateUserStatus } from './attendance/update-user-status.ts';
import { createCategories } from './categories/create-categories.ts';
import { getCategories } from './categories/get-categories.ts';
import { updateCategories } from './categories/update-categories.ts';
import { getContents } from './contents/get-contents.ts';
import { createCourses } from './courses/create-courses.ts';
import { getCoursesByField } from './courses/get-courses-by-field.ts';
import { updateCourses } from './courses/update-courses.ts';
import { enrolUsers } from './enrolments/enrol-users.ts';
import { getEnrolledUsers } from './enrolments/get-enrolled-users.ts';
import { getUsersCourses } from './enrolments/get-users-courses.ts';
import { unenrolUsers } from './enrolments/unenrol-users.ts';
import { getGradeItems } from './grades/get-grade-items.ts';
import { createGroups } from './groups/create-groups.ts';
import { getCourseGroups } from './groups/get-course-groups.ts';
import { addGroupMembers, deleteGroupMembers } from './groups/group-members.ts';
import { updateGroups } from './groups/update-groups.ts';
import { getUserBestGrade } from './quizzes/get-user-best-grade.ts';
import { getSiteInfo } from './site/get-site-info.ts';
import { createUsers } from './users/create-users.ts';
import { getUsersByField } from './users/get-users-by-field.ts';
import { updateUsers } from './users/update-users.ts';
import type { WebServiceFunction } from './web-service-function.ts';

/** Every function there is, under the name that a site of today has for it. */
const allFunctions: readonly WebServiceFunction[] = [
  getSiteInfo,
  createUsers,
  updateUsers,
  getUsersByField,
  createCategories,
  updateCategories,
  getCategories,
  createCourses,
  updateCourses,
  getCoursesByField,
  createGroups,
  updateGroups,
  getCourseGroups,
  addGroupMembers,
  deleteGroupMembers,
  getEnrolledUsers,
  getUsersCourses,
  enrolUsers,
  unenrolUsers,
  getContents,
  getGradeItems,
  getAssignments,
  getUserBestGrade,
  getAttendanceSessions,
  getAttendanceSession,
  updateUserStatus,
  addAttendance,
  addAttendanceSession,
];

/** The functions that a site with these settings has, by the names that it has for them. */
export function functionsOf({
  attendance,
}: Pick<MoodleSettings, 'attendance'>): ReadonlyMap<string, WebServiceFunction> {
  return new Map(
    allFunctions.flatMap((definition) => {
      if (!definition.name.startsWith('mod_attendance_')) return [[definition.name, definition]];
      if (attendance === 'missing') return [];
      return [[definition.name.replace('mod_attendance', attendance), definition]];
    }),
  );
}
