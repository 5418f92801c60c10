import type { FunctionName } from '#shared/moodle/functions/parameters.ts';
import type { MoodleSettings } from '../settings.ts';
import { assignmentFunctions } from './assignments.ts';
import { attendanceFunctions } from './attendance.ts';
import { categoryFunctions } from './categories.ts';
import { cohortFunctions } from './cohorts.ts';
import { contentsFunctions } from './contents.ts';
import { courseFunctions } from './courses.ts';
import { enrolmentFunctions } from './enrolments.ts';
import { gradeFunctions } from './grades/get-grade-items.ts';
import { groupFunctions } from './groups.ts';
import { importFunctions } from './import-course.ts';
import { quizFunctions } from './quizzes.ts';
import { roleFunctions } from './roles.ts';
import { siteFunctions } from './site.ts';
import { userFunctions } from './users.ts';
import type { WebServiceFunction, WebServiceFunctions } from './web-service-function.ts';

/** Every function there is; a new family is a file of these. */
const allFunctions: WebServiceFunctions = {
  ...siteFunctions,
  ...userFunctions,
  ...categoryFunctions,
  ...courseFunctions,
  ...importFunctions,
  ...groupFunctions,
  ...cohortFunctions,
  ...enrolmentFunctions,
  ...roleFunctions,
  ...contentsFunctions,
  ...gradeFunctions,
  ...assignmentFunctions,
  ...quizFunctions,
  ...attendanceFunctions,
};

/** The functions that a site with these settings has: the names that it has for them, with those of today. */
export function functionsOf({ attendance }: Pick<MoodleSettings, 'attendance'>): Map<string, FunctionName> {
  const there = (Object.keys(allFunctions) as FunctionName[]).filter(
    (name) => attendance !== 'missing' || !name.startsWith('mod_attendance_'),
  );
  return new Map(there.map((name) => [name.replace('mod_attendance', attendance), name]));
}

/** The function of this name, whatever its arguments. */
export function functionOf(name: FunctionName): WebServiceFunction<unknown> {
  return allFunctions[name] as WebServiceFunction<unknown>;
}
