import { knownCapabilities } from '../capabilities.ts';
import type { MoodleSettings } from '../settings.ts';

/** What says which values there are. */
type Installed = Pick<MoodleSettings, 'authMethods' | 'languages' | 'themes' | 'attendance'>;

// PHP's strip_tags takes a `<` for a tag unless white space follows it.
const TAG = /<(?!\s)/;
const TIMEZONE = /^([+-]?\d{1,2}(\.[05])?|[A-Za-z0-9]+(\/?[A-Za-z_-])+)$/;

/** Whether cleaning leaves a value as it is, by the type of the parameter. */
const unchanged: Readonly<Record<string, (value: string, installed: Installed) => boolean>> = {
  int: (value) => /^(0|-?[1-9]\d*)$/.test(value),
  bool: (value) => value === '0' || value === '1',
  text: (value) => !TAG.test(value),
  notags: (value) => !TAG.test(value),
  username: (value) => /^[-.@_a-z0-9]*$/.test(value),
  raw: () => true,
  raw_trimmed: (value) => value === value.trim(),
  alpha: (value) => /^[A-Za-z]*$/.test(value),
  alphanum: (value) => /^[A-Za-z0-9]*$/.test(value),
  alphanumext: (value) => /^[A-Za-z0-9_-]*$/.test(value),
  auth: (value, installed) => Object.hasOwn(installed.authMethods, value),
  lang: (value, installed) => value === '' || installed.languages.includes(value),
  theme: (value, installed) => value === '' || installed.themes.includes(value),
  timezone: (value) => TIMEZONE.test(value),
  plugin: (value) => /^([a-z](?:[a-z0-9_](?!__))*[a-z0-9])?$/.test(value),
  safedir: (value) => /^[A-Za-z0-9_-]*$/.test(value),
  capability: (value, installed) => knownCapabilities(installed).includes(value),
};

// What PHP's conversion from UTF-8 to UTF-8 leaves out; half a surrogate pair does not arrive.
const NO_CHARACTER = /[\0\ufffe\uffff]/u;

/** Whether Moodle's cleaning for `type` would leave `value` as it is; if not, Moodle refuses the whole call. */
export function isClean(value: string, type: string, installed: Installed): boolean {
  return !NO_CHARACTER.test(value) && unchanged[type]!(value, installed);
}
