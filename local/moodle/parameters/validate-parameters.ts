import { invalidParameter } from '../moodle-exception.ts';
import { type Installed, isClean } from './clean.ts';
import type { AnyDescription, ObjectDescription, ValueDescription } from './description.ts';

/**
 * Checks the parsed form against a description, as strictly as Moodle does.
 *
 * @returns integers as numbers, booleans as booleans, everything else as strings
 * @throws MoodleException `invalidparameter` for a missing or unknown key, a value of the wrong shape, and a value
 * that cleaning would change; like Moodle's, it does not say which
 */
export function validateParameters<T>(
  given: unknown,
  description: ObjectDescription<T>,
  installed: Installed,
): T {
  return validate(given, description, installed) as T;
}

function validate(given: unknown, description: AnyDescription, installed: Installed): unknown {
  switch (description.kind) {
    case 'value':
      return validateValue(given, description, installed);
    case 'list':
      // PHP knows no difference between a list and a map: any keys will do.
      return members(given).map(([, item]) => validate(item, description.of, installed));
    case 'object':
      return validateObject(given, description, installed);
  }
}

function validateObject(
  given: unknown,
  description: ObjectDescription<unknown>,
  installed: Installed,
): Record<string, unknown> {
  const left = new Map(members(given));
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries<AnyDescription>(description.keys)) {
    if (left.has(key)) result[key] = validate(left.get(key), member, installed);
    else if (member.presence === 'required') throw invalidParameter();
    else if (member.kind === 'list') result[key] = [];
    else if (member.kind === 'value') result[key] = member.defaultValue;
    left.delete(key);
  }
  if (left.size > 0) throw invalidParameter();
  return result;
}

function validateValue(
  given: unknown,
  description: ValueDescription<unknown>,
  installed: Installed,
): unknown {
  if (typeof given !== 'string' || !isClean(given, description.type, installed)) throw invalidParameter();
  if (description.type === 'int') return Number(given);
  if (description.type === 'bool') return given === '1';
  return given;
}

function members(given: unknown): [string, unknown][] {
  if (typeof given !== 'object' || given === null) throw invalidParameter();
  return Object.entries(given);
}
