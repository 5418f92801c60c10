import type { Texts } from './texts.ts';

export const held = {
  'held.title': { en: 'What is held', de: 'Zurückgehaltenes', es: 'Lo retenido', pt: 'O que está retido' },
} as const satisfies Texts;
