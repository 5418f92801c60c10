import type { OdooField } from '#shared/odoo/calls/model-fields.ts';
import type { OdooRow } from '#shared/odoo/calls/read.ts';
import type { Values } from '#shared/odoo/calls/write.ts';
import type { Json } from '#shared/sync/hash.ts';

/** The id in a many2one as `read()` gives it; undefined where it is empty. */
export function idIn(value: unknown): number | undefined {
  const [id] = Array.isArray(value) ? value : [value];
  return typeof id === 'number' ? id : undefined;
}

/** A value so that what was read can be compared with what is sent: Odoo has two kinds of empty, and names its many2ones. */
export function comparable(value: unknown): Json {
  if (value === undefined || value === null || value === '') return false;
  return (Array.isArray(value) ? (value[0] ?? false) : value) as Json;
}

/** Those of the values that the ERP does not hold; `current` is a record as `read()` gives it. */
export function differing(values: Values, current: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => comparable(value) !== comparable(current[name])),
  );
}

/** Whether the ERP holds exactly these values; false for undefined. */
export function holds(current: OdooRow, values: Values | undefined): boolean {
  return values !== undefined && Object.keys(differing(values, current)).length === 0;
}

/** What the ERP holds of some fields, as it would be sent. */
export function heldOf(current: OdooRow, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, comparable(current[name])]));
}

/**
 * Values as the ERP's fields take them: those that it does not have are left out, and texts are cut to what it keeps,
 * since it would cut them without a word and they would look edited afterwards.
 */
export function fitted(values: Values, fields: ReadonlyMap<string, OdooField>): Values {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => fields.has(name))
      .map(([name, value]) => [name, typeof value === 'string' ? cut(value, fields.get(name)?.size) : value]),
  );
}

/** PostgreSQL stores no NUL. */
function cut(text: string, size: number | undefined): string {
  const clean = text.replaceAll('\0', '');
  return size ? [...clean].slice(0, size).join('') : clean;
}

/** `marks: 70 in the ERP, 80 in Moodle` for each value that differs. Texts are a person's words and are not quoted. */
export function differencesIn(current: OdooRow, desired: Values): string[] {
  return Object.entries(differing(desired, current)).map(
    ([name, value]) => `${name}: ${shown(current[name])} in the ERP, ${shown(value)} in Moodle`,
  );
}

function shown(value: unknown): string {
  const plain = comparable(value);
  if (plain === false) return value === false ? 'no' : 'nothing';
  if (plain === true) return 'yes';
  return typeof plain === 'number' ? String(plain) : 'another text';
}
