/** The methods of a model that we call and that change nothing. */
const readingMethods = new Set([
  'search',
  'search_read',
  'search_count',
  'read',
  'fields_get',
  'check_access_rights',
  'has_access',
]);

/** Whether a call may change something in Odoo. @param call `op.student.search_read`, `login` or `version` */
export function isWriting(call: string): boolean {
  if (call === 'login' || call === 'version') return false;
  return !readingMethods.has(call.slice(call.lastIndexOf('.') + 1));
}
