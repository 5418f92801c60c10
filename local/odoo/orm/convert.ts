import { databaseError, pythonError } from '../odoo-exception.ts';
import type { Field, Stored } from './model.ts';

/**
 * A value of a call as it is stored. `false` is Odoo's word for empty; an empty text stays an empty text, which is why
 * there are two kinds of empty. A number for an integer loses its fraction, and a text that is too long its end.
 *
 * @param place model and field, for the error
 * @param current the ids of an x2many before
 * @throws OdooException for what the type cannot hold
 */
export function toStored(
  field: Field,
  value: unknown,
  place: string,
  current: readonly number[] = [],
): Stored {
  const isEmpty = value === false || value === null || value === undefined;
  switch (field.type) {
    case 'char':
    case 'text':
      return isEmpty ? null : [...String(value)].slice(0, field.size).join('');
    case 'integer':
    case 'float':
      return toNumber(field.type, isEmpty || value === '' ? 0 : value);
    case 'boolean':
      return Boolean(value);
    case 'date':
      return isEmpty || value === '' ? null : parseDate(value);
    case 'datetime':
      return isEmpty || value === '' ? null : parseDatetime(value);
    case 'selection':
      if (isEmpty || value === '') return null;
      if (Object.hasOwn(field.selection ?? {}, String(value))) return String(value);
      throw pythonError('ValueError', `Wrong value for ${place}: '${value}'`);
    case 'many2one':
      if (isEmpty) return null;
      if (Number.isInteger(value)) return value as number;
      throw databaseError('InvalidTextRepresentation', `invalid input syntax for type integer: "${value}"`);
    default:
      return commandsOn(current, isEmpty ? [] : value, place);
  }
}

const largestInteger = 2 ** 31 - 1;

function toNumber(type: 'integer' | 'float', value: unknown): number {
  const number = Number(value);
  if (
    Number.isNaN(number) ||
    (type === 'integer' && typeof value === 'string' && !/^[-+]?\d+$/.test(value.trim()))
  )
    throw pythonError('ValueError', `invalid literal for int() with base 10: '${value}'`);
  if (type === 'float') return number;
  const whole = Math.trunc(number);
  if (Math.abs(whole) > largestInteger) throw databaseError('NumericValueOutOfRange', 'integer out of range');
  return whole;
}

/** The ids of a many2many after commands such as `[6, 0, ids]`, or a plain list of ids. */
function commandsOn(current: readonly number[], commands: unknown, place: string): readonly number[] {
  if (!Array.isArray(commands)) throw pythonError('ValueError', `Wrong value for ${place}: ${commands}`);
  if (commands.every(Number.isInteger)) return [...new Set(commands as number[])];
  const ids = new Set(current);
  for (const command of commands as [number, number, number[]][]) apply(command, ids);
  return [...ids];
}

/** Carries out one command; Odoo passes over those that it does not know. */
function apply(command: readonly [number, number, readonly number[]], ids: Set<number>): void {
  const [code, id, list] = command;
  if (code === 6 || code === 5) ids.clear();
  if (code === 6) for (const each of list) ids.add(each);
  else if (code === 4) ids.add(id);
  else if (code === 3) ids.delete(id);
}

const datePattern = /^\d{4}-\d{2}-\d{2}$/;
/** PostgreSQL knows these for dates, and Odoo falls over them afterwards. */
const words = new Set(['now', 'today', 'tomorrow', 'yesterday']);
const datetimePattern = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A date as it is stored: what stands behind the day is cut. @throws OdooException for what is no date */
export function parseDate(value: unknown): string {
  const day = String(value).slice(0, 10);
  if (words.has(day)) throw pythonError('ValueError', `time data '${day}' does not match format '%Y-%m-%d'`);
  if (!datePattern.test(day))
    throw databaseError('InvalidDatetimeFormat', `invalid input syntax for type date: "${day}"`);
  if (isInCalendar(day)) return day;
  throw databaseError('DatetimeFieldOverflow', `date/time field value out of range: "${day}"`);
}

/** Date.parse takes the 30th of February for the 2nd of March. */
function isInCalendar(day: string): boolean {
  const milliseconds = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().startsWith(day);
}

/** Milliseconds since 1970 of `2026-09-01 08:00:00`, which is UTC; parts of seconds are cut. @throws OdooException */
export function parseDatetime(value: unknown): number {
  const [, day, time = '00:00:00'] = datetimePattern.exec(String(value).slice(0, 19)) ?? [];
  const milliseconds = Date.parse(`${day}T${time}Z`);
  if (!Number.isNaN(milliseconds)) return milliseconds;
  throw pythonError('ValueError', `time data '${value}' does not match format '%Y-%m-%d %H:%M:%S'`);
}

/** `2026-09-01 08:00:00`: Odoo shows no parts of seconds. */
export function formatDatetime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
