import type { Texts } from './texts.ts';

export const overview = {
  'overview.title': { en: 'Overview', de: 'Übersicht', es: 'Resumen', pt: 'Visão geral' },
} as const satisfies Texts;
