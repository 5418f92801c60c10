/** The languages of the console, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch', es: 'Español', pt: 'Português' } as const;
export type Language = keyof typeof languages;

/** Texts by key, in every language, as ICU messages: `{count, plural, one {# record} other {# records}}`. */
export type Texts = Readonly<Record<string, Readonly<Record<Language, string>>>>;

/**
 * What the engine says, as it stands in English there, in the languages of the console; in English too where a page has
 * another way to do it than a command. `{name}` stands for what differs.
 */
export interface EngineText extends Partial<Record<Language, string>> {
  engine: string;
}
