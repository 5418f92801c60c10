import type { Texts } from './texts.ts';

/** What all pages have. */
export const layout = {
  'layout.product': {
    en: 'OpenEduCat and Moodle',
    de: 'OpenEduCat und Moodle',
    es: 'OpenEduCat y Moodle',
    pt: 'OpenEduCat e Moodle',
  },
  'layout.skip': {
    en: 'To the content',
    de: 'Zum Inhalt',
    es: 'Ir al contenido',
    pt: 'Ir para o conteúdo',
  },
  'layout.pages': { en: 'Pages', de: 'Seiten', es: 'Páginas', pt: 'Páginas' },
  'layout.language': { en: 'Language', de: 'Sprache', es: 'Idioma', pt: 'Idioma' },
  'layout.read_only': {
    en: 'This console is for looking only: nothing can be changed.',
    de: 'Diese Konsole ist nur zum Ansehen: Es kann nichts geändert werden.',
    es: 'Esta consola es solo para consultar: no se puede cambiar nada.',
    pt: 'Esta consola serve apenas para consultar: nada pode ser alterado.',
  },
  'layout.not_found': {
    en: 'There is no such page.',
    de: 'Diese Seite gibt es nicht.',
    es: 'Esa página no existe.',
    pt: 'Essa página não existe.',
  },
  'layout.problem': {
    en: 'This did not work',
    de: 'Das hat nicht geklappt',
    es: 'No ha funcionado',
    pt: 'Não funcionou',
  },
  'layout.fault': {
    en: 'Something is wrong with the console itself; the terminal says what.',
    de: 'Mit der Konsole selbst stimmt etwas nicht; im Terminal steht, was.',
    es: 'Algo falla en la propia consola; el terminal dice qué.',
    pt: 'Algo está errado com a própria consola; o terminal diz o quê.',
  },
  'layout.again': { en: 'Try again', de: 'Noch einmal', es: 'Intentar de nuevo', pt: 'Tentar de novo' },
  'confirm.title': {
    en: 'Is this meant?',
    de: 'Ist das so gemeint?',
    es: '¿Es lo que quiere?',
    pt: 'É isto que pretende?',
  },
  'confirm.go_on': { en: 'Yes, go on', de: 'Ja, weiter', es: 'Sí, continuar', pt: 'Sim, continuar' },
  'confirm.leave': {
    en: 'No, change nothing',
    de: 'Nein, nichts ändern',
    es: 'No, no cambiar nada',
    pt: 'Não, não alterar nada',
  },
  'pager.label': {
    en: 'Pages of the list',
    de: 'Seiten der Liste',
    es: 'Páginas de la lista',
    pt: 'Páginas da lista',
  },
  'pager.shown': {
    en: '{from, number}–{to, number} of {total, number}',
    de: '{from, number}–{to, number} von {total, number}',
    es: '{from, number}–{to, number} de {total, number}',
    pt: '{from, number}–{to, number} de {total, number}',
  },
  'pager.first': { en: 'First', de: 'Erste', es: 'Primera', pt: 'Primeira' },
  'pager.previous': { en: 'Previous', de: 'Vorige', es: 'Anterior', pt: 'Anterior' },
  'pager.next': { en: 'Next', de: 'Nächste', es: 'Siguiente', pt: 'Seguinte' },
  'pager.last': { en: 'Last', de: 'Letzte', es: 'Última', pt: 'Última' },
  'job.running': {
    en: 'Under way: {done} of {total}',
    de: 'Es läuft: {done} von {total}',
    es: 'En curso: {done} de {total}',
    pt: 'Em curso: {done} de {total}',
  },
  'job.forgotten': {
    en: 'The console no longer holds this result: begin anew.',
    de: 'Die Konsole hat dieses Ergebnis nicht mehr: Beginnen Sie neu.',
    es: 'La consola ya no tiene este resultado: empiece de nuevo.',
    pt: 'A consola já não tem este resultado: comece de novo.',
  },
  'refusal.wrong_host': {
    en: 'The console answers only under its own address.',
    de: 'Die Konsole antwortet nur unter ihrer eigenen Adresse.',
    es: 'La consola solo responde en su propia dirección.',
    pt: 'A consola só responde no seu próprio endereço.',
  },
  'refusal.other_origin': {
    en: 'The console takes nothing from other pages.',
    de: 'Die Konsole nimmt nichts von anderen Seiten an.',
    es: 'La consola no acepta nada de otras páginas.',
    pt: 'A consola não aceita nada de outras páginas.',
  },
  'refusal.used_secret': {
    en: 'This address was good once, and has been used: start the console anew.',
    de: 'Diese Adresse galt einmal und ist benutzt: Starten Sie die Konsole neu.',
    es: 'Esta dirección valía una vez y ya se ha usado: inicie la consola de nuevo.',
    pt: 'Este endereço valia uma vez e já foi usado: inicie a consola de novo.',
  },
  'refusal.no_session': {
    en: 'Open the address that the terminal shows.',
    de: 'Öffnen Sie die Adresse, die das Terminal zeigt.',
    es: 'Abra la dirección que muestra el terminal.',
    pt: 'Abra o endereço que o terminal mostra.',
  },
} as const satisfies Texts;
