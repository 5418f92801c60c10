import type { Texts } from './texts.ts';

export const person = {
  'person.title': { en: 'A person', de: 'Eine Person', es: 'Una persona', pt: 'Uma pessoa' },
} as const satisfies Texts;
