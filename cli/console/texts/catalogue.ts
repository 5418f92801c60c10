import { IntlMessageFormat } from 'intl-messageformat';
import { adopt } from './adopt.ts';
import { failures } from './failures.ts';
import { held } from './held.ts';
import { layout } from './layout.ts';
import { overview } from './overview.ts';
import { person } from './person.ts';
import { plan } from './plan.ts';
import { settings } from './settings.ts';
import { setup } from './setup.ts';
import { type Language, languages, type Texts } from './texts.ts';
import { words } from './words.ts';

/** All texts. */
export const catalogue = {
  ...words,
  ...layout,
  ...overview,
  ...person,
  ...failures,
  ...plan,
  ...adopt,
  ...held,
  ...settings,
  ...setup,
};
export type TextKey = keyof typeof catalogue;

/** A text by its key, with what its placeholders stand for. */
export type Say = (key: TextKey, values?: Record<string, string | number | Date>) => string;

const formats = new Map<string, IntlMessageFormat>();

export function sayIn(language: Language): Say {
  return (key, values) => {
    const name = `${language} ${key}`;
    const format = formats.get(name) ?? new IntlMessageFormat((catalogue as Texts)[key]![language], language);
    formats.set(name, format);
    return String(format.format(values));
  };
}

export function isLanguage(text: string): text is Language {
  return Object.hasOwn(languages, text);
}

/** @param chosen by the person @param accepted the header Accept-Language of the browser, the dearest first */
export function languageOf(chosen: string | undefined, accepted = ''): Language {
  const dear = accepted.split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return [chosen ?? '', ...dear].find(isLanguage) ?? 'en';
}
