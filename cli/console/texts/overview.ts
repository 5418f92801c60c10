import type { Texts } from './texts.ts';

export const overview = {
  'overview.title': { en: 'Overview', de: 'Übersicht', es: 'Resumen', pt: 'Visão geral' },
  'overview.report': {
    en: 'Report of all records',
    de: 'Bericht über alle Datensätze',
    es: 'Informe de todos los registros',
    pt: 'Relatório de todos os registos',
  },
  'overview.made_at': {
    en: 'As it was at {time} UTC; this page goes on by itself.',
    de: 'Stand {time} UTC; diese Seite läuft von selbst weiter.',
    es: 'Estado a las {time} UTC; esta página se actualiza sola.',
    pt: 'Situação às {time} UTC; esta página atualiza-se sozinha.',
  },
  'overview.count_all': {
    en: 'Count all records',
    de: 'Alle Datensätze zählen',
    es: 'Contar todos los registros',
    pt: 'Contar todos os registos',
  },
  'overview.count_all_note': {
    en: 'Reads every row of the mappings: a minute or two where there are very many.',
    de: 'Liest jede Zeile der Zuordnungen: bei sehr vielen ein, zwei Minuten.',
    es: 'Lee todas las filas de correspondencias: uno o dos minutos si son muchísimas.',
    pt: 'Lê todas as linhas das correspondências: um ou dois minutos se forem muitas.',
  },
} as const satisfies Texts;
