/** The languages of the console, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch', es: 'Español', pt: 'Português' } as const;
export type Language = keyof typeof languages;
