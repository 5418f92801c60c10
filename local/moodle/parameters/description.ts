/**
 * The words in which a web service function describes its parameters, and the TypeScript types they amount to.
 *
 * They mirror Moodle's own (`external_value`, `external_single_structure`, `external_multiple_structure`); the
 * descriptions in `functions/` describe Moodle 4.5's public web service interface.
 */

/** How a value is cleaned; a value that cleaning would change is refused (see `clean.ts`). */
export type ValueType =
  | 'int'
  | 'bool'
  | 'text'
  | 'notags'
  | 'username'
  | 'raw'
  | 'raw_trimmed'
  | 'alpha'
  | 'alphanum'
  | 'alphanumext'
  | 'auth'
  | 'lang'
  | 'theme'
  | 'timezone'
  | 'plugin'
  | 'safedir'
  | 'capability';

type Presence = 'required' | 'optional' | 'default';

/** A single value; `T` is what the function gets. */
export type ValueDescription<T> = {
  readonly kind: 'value';
  readonly type: ValueType;
  readonly presence: Presence;
  readonly defaultValue?: T;
};

/** Items of one kind under consecutive keys. */
export type ListDescription<Item> = {
  readonly kind: 'list';
  readonly of: Description<Item>;
  readonly presence: Presence;
};

/** Named members; a key that is not named here is refused. */
export type ObjectDescription<T> = {
  readonly kind: 'object';
  readonly keys: { readonly [K in keyof T]: AnyDescription };
  readonly presence: Presence;
  /** Only carries the type. */
  readonly shape?: T;
};

/** A description of `T`, whichever kind. */
export type Description<T> = AnyDescription & { readonly shape?: T };

// biome-ignore lint/suspicious/noExplicitAny: descriptions of every type side by side
export type AnyDescription = ValueDescription<any> | ListDescription<any> | ObjectDescription<any>;

/** What a description turns into once validated. */
export type Infer<D> =
  D extends ValueDescription<infer T>
    ? T
    : D extends ListDescription<infer Item>
      ? Item[]
      : D extends ObjectDescription<infer T>
        ? T
        : never;

const value =
  <T>(type: ValueType) =>
  (): ValueDescription<T> => ({ kind: 'value', type, presence: 'required' });

export const int = value<number>('int');
export const bool = value<boolean>('bool');
export const text = value<string>('text');
export const notags = value<string>('notags');
export const username = value<string>('username');
export const raw = value<string>('raw');
export const rawTrimmed = value<string>('raw_trimmed');
export const alpha = value<string>('alpha');
export const alphanum = value<string>('alphanum');
export const alphanumext = value<string>('alphanumext');
export const auth = value<string>('auth');
export const lang = value<string>('lang');
export const theme = value<string>('theme');
export const timezone = value<string>('timezone');
export const plugin = value<string>('plugin');
export const safedir = value<string>('safedir');
export const capability = value<string>('capability');

/** The value may be left out; the function then sees undefined. */
export const optional = <T>(description: ValueDescription<T>): ValueDescription<T | undefined> => ({
  ...description,
  presence: 'optional',
});

/** The value may be left out; the function then sees `defaultValue`. */
export const withDefault = <T>(description: ValueDescription<T>, defaultValue: T): ValueDescription<T> => ({
  ...description,
  presence: 'default',
  defaultValue,
});

/** A required list. */
export const list = <D extends AnyDescription>(of: D): ListDescription<Infer<D>> => ({
  kind: 'list',
  of,
  presence: 'required',
});

/** A list that may be left out; the function then sees an empty one. */
export const optionalList = <D extends AnyDescription>(of: D): ListDescription<Infer<D>> => ({
  kind: 'list',
  of,
  presence: 'optional',
});

/** An object with exactly these keys. */
export const object = <Keys extends Record<string, AnyDescription>>(
  keys: Keys,
): ObjectDescription<{ [K in keyof Keys]: Infer<Keys[K]> }> => ({
  kind: 'object',
  keys,
  presence: 'required',
});
