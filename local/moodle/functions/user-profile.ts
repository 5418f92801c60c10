import type { CustomField, MoodleSettings } from '../settings.ts';
import type { CustomValue, User } from '../state/records.ts';

type Site = Pick<MoodleSettings, 'customFields'>;

const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/**
 * What becomes of values that Moodle does not refuse: a country that it does not know, or one in small letters, becomes
 * none, without a word (4.5 and 5.1); its own language is no choice.
 */
export function cleaned(row: Partial<User>): Partial<User> {
  const { country, lang } = row;
  const isKnown = !country || (/^[A-Z]{2}$/.test(country) && countries.of(country) !== undefined);
  return { ...row, ...(!isKnown && { country: '' }), ...(lang === 'en' && { lang: '' }) };
}

/**
 * What an account has of the site's own fields after a call. Nothing of them is ever refused (4.5 and 5.1): a name that
 * the site does not have is passed over, a text is cut, a menu falls back to its default, and nobody looks whether a value
 * that should be unique is.
 */
export function withCustomFields(
  before: readonly CustomValue[],
  sent: readonly { type: string; value: string }[] = [],
  { customFields }: Site,
): CustomValue[] {
  const values = new Map(before.map((value) => [value.shortname, value]));
  for (const { type: shortname, value } of sent) {
    const field: CustomField | undefined = customFields
      ? customFields.find((each) => each.shortname === shortname)
      : { shortname, type: 'text' };
    if (field) values.set(shortname, { shortname, type: field.type, value: kept(field, value) });
  }
  return [...values.values()];
}

function kept(field: CustomField, value: string): string {
  if (field.type === 'text') return [...value].slice(0, field.length ?? 2048).join('');
  if (field.type === 'menu') return field.options?.includes(value) ? value : (field.default ?? '');
  if (field.type !== 'datetime') return value;
  if (value === '') return '0';
  // Of a number Moodle takes the day; anything else has years where `2026-09-01` has them, between the field's limits.
  const day = /^\d{4}-\d\d-\d\d/.exec(value)?.[0] ?? '2029-11-30';
  return String(Date.parse(day) / 1000);
}

/** A field that is empty is not told, but for boxes, which are always; one that was never set has its default. */
export function toldCustomFields(
  { customfields }: Pick<User, 'customfields'>,
  { customFields }: Site,
): { customfields?: object[] } {
  const own = new Map(customfields.map((value) => [value.shortname, value]));
  const unset = (customFields ?? [])
    .filter(({ shortname }) => !own.has(shortname))
    .map(({ shortname, type, default: value = type === 'checkbox' ? '0' : '' }) => ({
      shortname,
      type,
      value,
    }));
  const told = [...customfields, ...unset].filter(
    ({ type, value }) => type === 'checkbox' || (value !== '' && !(type === 'datetime' && value === '0')),
  );
  if (told.length === 0) return {};
  return {
    customfields: told.map((field) => ({ ...field, displayvalue: field.value, name: field.shortname })),
  };
}
