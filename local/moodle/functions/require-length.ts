import { databaseWriteError } from '../moodle-exception.ts';

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
