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
  'core_group_get_group_members',
  'core_group_delete_groups',
  'core_completion_get_course_completion_status',
]);
