import document from '#shared/moodle/functions/parameters.json' with { type: 'json' };
import type { FunctionName } from '#shared/moodle/functions/parameters.ts';
import { invalidParameter } from '../moodle-exception.ts';
import type { MoodleSettings } from '../settings.ts';
import { isClean } from './clean.ts';

/** How parameters.json describes a parameter: an object, a list, or a value by its type. */
type Description = { keys: Keys } | { list: Description; optional?: boolean } | { [type: string]: Rule };
type Keys = { readonly [name: string]: Description };
type Rule = { optional?: boolean; default?: unknown };

/**
 * Checks the parsed form against the parameters of a function, as strictly as Moodle does.
 *
 * @returns integers as numbers, booleans as booleans, everything else as strings
 * @throws MoodleException `invalidparameter` for a missing or unknown key, a value of the wrong shape, and a value
 * that cleaning would change; like Moodle's, it does not say which
 */
export function validateParameters(
  given: unknown,
  name: FunctionName,
  settings: MoodleSettings,
): Record<string, unknown> {
  return validateObject(given, document.functions[name], settings);
}

function validateObject(given: unknown, keys: Keys, settings: MoodleSettings): Record<string, unknown> {
  const left = new Map(members(given));
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(keys)) {
    result[key] = left.has(key) ? validate(left.get(key), member, settings) : valueOfLeftOut(member);
    left.delete(key);
  }
  if (left.size > 0) throw invalidParameter();
  return result;
}

function validate(given: unknown, description: Description, settings: MoodleSettings): unknown {
  if (isObject(description)) return validateObject(given, description.keys, settings);
  // PHP knows no difference between a list and a map: any keys will do.
  if (isList(description))
    return members(given).map(([, item]) => validate(item, description.list, settings));
  const [type] = Object.keys(description) as [string];
  if (typeof given !== 'string' || !isClean(given, type, settings)) throw invalidParameter();
  if (type === 'int') return Number(given);
  if (type === 'bool') return given === '1';
  return given;
}

function valueOfLeftOut(description: Description): unknown {
  if (isList(description) && description.optional) return [];
  const [rule = {}] = Object.values<Rule>(description as { [type: string]: Rule });
  if (rule.optional || 'default' in rule) return rule.default;
  throw invalidParameter();
}

function isObject(description: Description): description is { keys: Keys } {
  return 'keys' in description;
}

function isList(description: Description): description is { list: Description; optional?: boolean } {
  return 'list' in description;
}

function members(given: unknown): [string, unknown][] {
  if (typeof given !== 'object' || given === null) throw invalidParameter();
  return Object.entries(given);
}
