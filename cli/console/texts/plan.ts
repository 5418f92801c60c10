import type { Texts } from './texts.ts';

export const plan = {
  'plan.title': { en: 'Plan', de: 'Plan', es: 'Plan', pt: 'Plano' },
} as const satisfies Texts;
