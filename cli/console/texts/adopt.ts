import type { Texts } from './texts.ts';

export const adopt = {
  'adopt.title': { en: 'Adopt', de: 'Übernehmen', es: 'Adoptar', pt: 'Adotar' },
} as const satisfies Texts;
