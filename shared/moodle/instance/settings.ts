import * as z from 'zod';
import { handChanges, type Instance, instanceSchema, ownedFields } from './instance.ts';

/** A setting that cannot be set so; the message names it and what it takes. */
export class SettingError extends Error {
  override name = 'SettingError';
  /** The settings at fault, where it is about some. */
  readonly problems: readonly SettingProblem[];

  constructor(message: string, problems: readonly SettingProblem[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** What is wrong with a setting. */
export interface SettingProblem {
  name: string;
  message: string;
}

/** Settings as they lie in an instance's row: what is left out has its default. */
export type Settings = Record<string, unknown>;

/** What an operator writes for a setting. */
type Kind =
  | { type: 'text' | 'number' | 'true or false' | 'list, separated by commas' }
  | { type: 'choice'; choices: readonly string[] }
  /** A number, or a word in its place. */
  | { type: 'number or word'; words: readonly string[] };

interface Setting {
  path: readonly string[];
  kind: Kind;
  /** Of a setting for each key that an operator chooses: what a key has to be. */
  key?: z.ZodType;
}

/** How the key that an operator chooses is written where settings are listed. */
const anyKey = '…';

/**
 * Every setting by its name as an operator writes it: `scope.departments`, `field_ownership.user.email`. Where an operator
 * chooses the last part, `…` stands for it.
 */
const known: ReadonlyMap<string, Setting> = new Map(
  leaves(instanceSchema, []).map((setting) => [setting.path.join('.'), setting]),
);

/** The names of all settings, in the order of the schema. */
export const settingNames: readonly string[] = [...known.keys()];

/** Those of which an operator chooses the last part. */
export const openSettings: readonly string[] = [...known].flatMap(([name, { key }]) => (key ? [name] : []));

/** The setting of a name; undefined where there is none. */
function settingOf(name: string): Setting | undefined {
  const setting = known.get(name);
  if (setting) return setting.key ? undefined : setting;
  for (const { path, kind, key } of known.values()) {
    const before = path.slice(0, -1);
    const prefix = `${before.join('.')}.`;
    const last = name.slice(prefix.length);
    if (key?.safeParse(last).success && last !== '' && name.startsWith(prefix))
      return { path: [...before, last], kind };
  }
  return undefined;
}

/** What a setting takes. */
export function settingKind(name: string): Kind {
  return (settingOf(name) ?? known.get(name))!.kind;
}

/** The setting in which something lies, such as one of a list. */
function settingAt(path: readonly PropertyKey[]): string {
  const names = path.map((_, index) => path.slice(0, index + 1).join('.'));
  return names.findLast((name) => settingOf(name)) ?? path.join('.');
}

/** What a setting takes, in words. */
export function settingTakes(name: string): string {
  const kind = settingKind(name);
  if (kind.type === 'choice') return kind.choices.join(' | ');
  return kind.type === 'number or word' ? [...kind.words, 'number'].join(' | ') : kind.type;
}

/**
 * Splits `key=value`.
 *
 * @throws SettingError for what is none, and for a setting that does not exist
 */
export function parseAssignment(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new SettingError(`${text} is no setting: write it as key=value.`);
  const name = text.slice(0, at).trim();
  if (!settingOf(name)) {
    const [group] = name.split('.');
    const near = settingNames.filter((each) => each.startsWith(`${group}.`));
    const groups = [...new Set(settingNames.map((each) => each.split('.')[0]))];
    throw new SettingError(
      `There is no setting ${name}. There are: ${(near.length > 0 ? near : groups).join(', ')}.`,
    );
  }
  return [name, text.slice(at + 1).trim()];
}

/**
 * The settings after some were changed; an empty value gives a setting its default again.
 *
 * @throws SettingError for a value of the wrong kind
 */
export function withSettings(current: Settings, changes: Iterable<readonly [string, string]>): Settings {
  const next = structuredClone(current);
  for (const [name, text] of changes) {
    const { path, kind } = settingOf(name)!;
    if (text === '') unset(next, path);
    else set(next, path, readValue(name, kind, text));
  }
  return next;
}

/**
 * The instance that settings describe.
 *
 * @throws SettingError naming every setting that cannot be used
 */
export function checkedSettings(settings: Settings): Instance {
  const parsed = instanceSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ name: settingAt(path), message }));
  const said = problems.map(({ name, message }) => `${name}: ${message}`);
  throw new SettingError(`These settings cannot be used. ${said.join('; ')}.`, problems);
}

/** A setting of an instance, for people. */
export interface ShownSetting {
  name: string;
  value: string;
  isDefault: boolean;
}

/**
 * All settings of an instance.
 *
 * @param instance with its defaults; where the row cannot be read, the row itself
 * @param stored as in its row, to tell what is a default
 */
export function shownSettings(instance: Instance | Settings, stored: Settings): ShownSetting[] {
  const defaults = { course_per: 'program', field_ownership: ownedFields, hand_changes: handChanges };
  return [...known].flatMap(settingsThere).map(([name, path]) => ({
    name,
    value: shown(at(instance, path) ?? at(defaults, path)),
    isDefault: at(stored, path) === undefined,
  }));

  /** A setting, or those of the keys that are chosen. */
  function settingsThere([name, { path, key }]: [string, Setting]): [string, readonly string[]][] {
    if (!key) return [[name, path]];
    const before = path.slice(0, -1);
    const chosen = Object.keys(at(stored, before) ?? {}).map((last) => [...before, last]);
    return chosen.map((own): [string, string[]] => [own.join('.'), own]).filter(([own]) => !known.has(own));
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  return value === undefined ? '' : String(value);
}

/** Walks down to what an operator can set. */
function leaves(schema: unknown, path: string[]): Setting[] {
  const isOptional =
    schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  if (isOptional) return leaves(schema.unwrap(), path);
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, inner]) => leaves(inner, [...path, name]));
  }
  if (schema instanceof z.ZodRecord) {
    const { keyType, valueType } = schema;
    const keys = keyType instanceof z.ZodUnion ? keyType.options : [keyType];
    return keys.flatMap((key) =>
      key instanceof z.ZodEnum
        ? key.options.flatMap((name) => leaves(valueType, [...path, String(name)]))
        : [openSetting(path, key as z.ZodType, valueType)],
    );
  }
  return [{ path, kind: kindOf(schema) }];
}

/** @param key what it is described as stands for it in lists */
function openSetting(path: string[], key: z.ZodType, valueType: unknown): Setting {
  return { path: [...path, key.description ?? anyKey], kind: kindOf(valueType), key };
}

function kindOf(schema: unknown): Kind {
  if (schema instanceof z.ZodEnum) return { type: 'choice', choices: schema.options.map(String) };
  if (schema instanceof z.ZodUnion) {
    const words = schema.options.flatMap((option) =>
      option instanceof z.ZodLiteral ? [...option.values] : [],
    );
    return { type: 'number or word', words: words.map(String) };
  }
  if (schema instanceof z.ZodArray) return { type: 'list, separated by commas' };
  if (schema instanceof z.ZodNumber) return { type: 'number' };
  if (schema instanceof z.ZodBoolean) return { type: 'true or false' };
  return { type: 'text' };
}

function readValue(name: string, kind: Kind, text: string): unknown {
  const wrong = () => {
    const message = `${name}=${text}: it takes ${settingTakes(name)}.`;
    return new SettingError(message, [{ name, message }]);
  };
  if (kind.type === 'number or word' && kind.words.includes(text)) return text;
  switch (kind.type) {
    case 'number or word':
    case 'number':
      if (!/^-?\d+(\.\d+)?$/.test(text)) throw wrong();
      return Number(text);
    case 'true or false':
      if (text !== 'true' && text !== 'false') throw wrong();
      return text === 'true';
    case 'choice':
      if (!kind.choices.includes(text)) throw wrong();
      return text;
    case 'list, separated by commas':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    default:
      return text;
  }
}

function at(settings: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Settings)[name] : undefined),
    settings,
  );
}

function set(settings: Settings, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    settings[first] = value;
    return;
  }
  const inner = isObject(settings[first]) ? settings[first] : {};
  settings[first] = inner;
  set(inner, rest, value);
}

function unset(settings: Settings, path: readonly string[]): void {
  const [first = '', ...rest] = path;
  const inner = settings[first];
  if (rest.length > 0 && isObject(inner)) {
    unset(inner, rest);
    if (Object.keys(inner).length > 0) return;
  }
  delete settings[first];
}

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
