import { databaseWriteError, invalidParameter } from '../moodle-exception.ts';

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

/** Reads `1,2,3`. @throws MoodleException `invalidparameter` for anything else */
export function commaSeparatedIds(value: string): number[] {
  if (!/^\d+(,\d+)*$/.test(value)) throw invalidParameter();
  return value.split(',').map(Number);
}

/**
 * Refuses values longer than their database column.
 *
 * @param limits characters (not bytes) per column
 * @throws MoodleException `dmlwriteexception`
 */
export function requireLength<Values extends object>(
  values: Values,
  limits: { readonly [K in keyof Values]?: number },
): void {
  for (const [column, limit] of Object.entries(limits) as [keyof Values, number][]) {
    const value = values[column];
    if (typeof value === 'string' && [...value].length > limit) throw databaseWriteError();
  }
}
