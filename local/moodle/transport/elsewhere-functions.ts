/**
 * Functions a real site has and this one does not implement: as on a site whose external service leaves them out,
 * calling one gives `accessexception` and not the `invalidrecord` of a function that does not exist.
 */
export const elsewhereFunctions: ReadonlySet<string> = new Set([
  'core_user_get_users',
  'core_user_delete_users',
  'core_course_get_courses',
  'core_course_delete_courses',
  'core_course_delete_categories',
  'core_course_get_contents',
  'core_group_get_group_members',
  'core_group_delete_groups',
  'gradereport_user_get_grade_items',
  'mod_assign_get_assignments',
  'mod_assign_get_grades',
  'mod_quiz_get_quizzes_by_courses',
  'mod_quiz_get_user_best_grade',
  'core_completion_get_course_completion_status',
]);
