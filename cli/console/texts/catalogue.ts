import { IntlMessageFormat } from 'intl-messageformat';
import pages from './pages.json' with { type: 'json' };
import { type Language, languages } from './texts.ts';

/** All texts of the pages, in every language, as ICU messages: `{count, plural, one {# record} other {# records}}`. */
export const catalogue = pages;
export type TextKey = keyof typeof catalogue;

/** A text by its key, with what its placeholders stand for. */
export type Say = (key: TextKey, values?: Record<string, string | number | Date>) => string;

const formats = new Map<string, IntlMessageFormat>();

export function sayIn(language: Language): Say {
  return (key, values) => {
    const name = `${language} ${key}`;
    const format = formats.get(name) ?? new IntlMessageFormat(catalogue[key][language], language);
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
