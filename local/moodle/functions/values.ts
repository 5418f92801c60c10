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

/**
 * The columns that a call sets; what it names otherwise is no column.
 *
 * @param blank a row that is given nothing: a column that is true or false there may be sent as a number
 */
export function columnsSetBy<Row extends object>(call: object, blank: Row): Partial<Row> {
  const flags = new Set(
    Object.entries(blank).flatMap(([name, value]) => (typeof value === 'boolean' ? name : [])),
  );
  const set = Object.entries(call).filter(([name, value]) => name in blank && value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, flags.has(name) ? Boolean(value) : value]),
  ) as Partial<Row>;
}
