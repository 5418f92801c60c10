/**
 * Names of categories and courses come back as HTML: Moodle's `format_string` escapes them. An ampersand that
 * already begins an entity stays as it is.
 */
export function escapeName(name: string): string {
  return name
    .replace(/&(?![a-zA-Z0-9#]{1,8};)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
