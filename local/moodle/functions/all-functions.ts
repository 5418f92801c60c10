import { createCategories } from './categories/create-categories.ts';
import { getCategories } from './categories/get-categories.ts';
import { updateCategories } from './categories/update-categories.ts';
import { createCourses } from './courses/create-courses.ts';
import { getCoursesByField } from './courses/get-courses-by-field.ts';
import { updateCourses } from './courses/update-courses.ts';
import { enrolUsers } from './enrolments/enrol-users.ts';
import { getEnrolledUsers } from './enrolments/get-enrolled-users.ts';
import { getUsersCourses } from './enrolments/get-users-courses.ts';
import { unenrolUsers } from './enrolments/unenrol-users.ts';
import { createGroups } from './groups/create-groups.ts';
import { getCourseGroups } from './groups/get-course-groups.ts';
import { addGroupMembers, deleteGroupMembers } from './groups/group-members.ts';
import { updateGroups } from './groups/update-groups.ts';
import { getSiteInfo } from './site/get-site-info.ts';
import { createUsers } from './users/create-users.ts';
import { getUsersByField } from './users/get-users-by-field.ts';
import { updateUsers } from './users/update-users.ts';
import type { WebServiceFunction } from './web-service-function.ts';

/** Every function the simulated site has, by name. */
export const allFunctions: ReadonlyMap<string, WebServiceFunction> = new Map(
  [
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
  ].map((definition) => [definition.name, definition]),
);
