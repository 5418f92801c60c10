import type { Texts } from './texts.ts';

export const failures = {
  'failures.title': { en: 'What failed', de: 'Fehlgeschlagenes', es: 'Lo que falló', pt: 'O que falhou' },
} as const satisfies Texts;
