import type { Texts } from './texts.ts';

export const settings = {
  'settings.title': { en: 'Settings', de: 'Einstellungen', es: 'Ajustes', pt: 'Definições' },
} as const satisfies Texts;
