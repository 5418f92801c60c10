/** The languages of the console, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch', es: 'Español', pt: 'Português' } as const;
export type Language = keyof typeof languages;

/** Texts by key, in every language, as ICU messages: `{count, plural, one {# record} other {# records}}`. */
export type Texts = Readonly<Record<string, Readonly<Record<Language, string>>>>;
