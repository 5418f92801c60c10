import type { EngineText } from './texts.ts';

/** What the report says of what needs a person, and its sentences. */
export const attention: readonly EngineText[] = [
  { engine: 'instance {id}', de: 'Instanz {id}', es: 'instancia {id}', pt: 'instância {id}' },
  { engine: 'queues', de: 'Warteschlangen', es: 'colas', pt: 'filas' },
  { engine: '{age} ago', de: 'vor {age}', es: 'hace {age}', pt: 'há {age}' },
  {
    engine: 'not yet: it is done once a day',
    de: 'noch nicht: geschieht einmal am Tag',
    es: 'aún no: se hace una vez al día',
    pt: 'ainda não: faz-se uma vez por dia',
  },
  {
    engine: 'Entities not in Moodle as they should be, and nothing more is tried by itself: {count}.',
    de: 'Einträge, die nicht in Moodle sind, wie sie sein sollen, und von selbst nicht mehr versucht werden: {count}.',
    es: 'Entidades que no están en Moodle como deberían y que ya no se intentan solas: {count}.',
    pt: 'Entidades que não estão no Moodle como deviam e que já não se tentam sozinhas: {count}.',
  },
  {
    engine: '`oec-moodle failures --instance {id}` says why.',
    en: 'The page “What failed” says why.',
    de: 'Die Seite „Fehlgeschlagenes“ sagt, warum.',
    es: 'La página «Lo que falló» dice por qué.',
    pt: 'A página «O que falhou» diz porquê.',
  },
  {
    engine: 'It is paused: changes wait.',
    de: 'Sie ist angehalten: Änderungen warten.',
    es: 'Está en pausa: los cambios esperan.',
    pt: 'Está em pausa: as alterações esperam.',
  },
  {
    engine: '`oec-moodle instance resume {id}` lets them through.',
    en: 'Resume it on the page “Settings”.',
    de: 'Setzen Sie sie auf der Seite „Einstellungen“ fort.',
    es: 'Reanúdela en la página «Ajustes».',
    pt: 'Retome-a na página «Definições».',
  },
  {
    engine: 'It is stale: no success for {hours} hours (stale_after_hours is {limit}).',
    de: 'Sie ist veraltet: kein Erfolg seit {hours} Stunden (stale_after_hours ist {limit}).',
    es: 'Está desactualizada: ningún éxito en {hours} horas (stale_after_hours es {limit}).',
    pt: 'Está desatualizada: nenhum êxito em {hours} horas (stale_after_hours é {limit}).',
  },
  {
    engine: 'Do what the other findings say; what waits is sent by itself afterwards.',
    de: 'Tun Sie, was die anderen Befunde sagen; was wartet, geht danach von selbst.',
    es: 'Haga lo que dicen los otros hallazgos; lo que espera se envía después por sí solo.',
    pt: 'Faça o que dizem as outras constatações; o que espera segue depois por si só.',
  },
  {
    engine: 'Its breaker has been open since {time} ({code}): nobody calls it but one probe at a time.',
    de: 'Ihr Schutzschalter ist seit {time} offen ({code}): Nur einzelne Proben rufen sie auf.',
    es: 'Su cortacircuitos está abierto desde {time} ({code}): solo la llama una prueba cada vez.',
    pt: 'O seu disjuntor está aberto desde {time} ({code}): só a chama uma sonda de cada vez.',
  },
  {
    engine:
      'Put right what the other findings name. No record loses an attempt; what waits is pushed when it is back.',
    de: 'Bringen Sie in Ordnung, was die anderen Befunde nennen. Kein Datensatz verliert einen Versuch; was wartet, wird übertragen, sobald sie wieder da ist.',
    es: 'Arregle lo que nombran los otros hallazgos. Ningún registro pierde un intento; lo que espera se transfiere cuando vuelva.',
    pt: 'Corrija o que as outras constatações referem. Nenhum registo perde uma tentativa; o que espera é transferido quando ela voltar.',
  },
  {
    engine:
      'Its brake for {service} has been on since {time}: unusually much would have been suspended, hidden or unenrolled.',
    de: 'Ihre Bremse für {service} greift seit {time}: Ungewöhnlich viel wäre gesperrt, verborgen oder ausgetragen worden.',
    es: 'Su freno de {service} está puesto desde {time}: se habría suspendido, ocultado o dado de baja mucho más de lo normal.',
    pt: 'O seu travão de {service} está ativo desde {time}: ter-se-ia suspendido, ocultado ou anulado muito mais do que o normal.',
  },
  {
    engine: 'See `oec-moodle brake show {id}`, and release it if it is meant.',
    en: 'See the page “What is held”, and release it if it is meant.',
    de: 'Sehen Sie auf der Seite „Zurückgehaltenes“ nach, und lösen Sie sie, wenn es so gemeint ist.',
    es: 'Mire la página «Lo retenido» y suéltelo si es lo que quiere.',
    pt: 'Veja a página «O que está retido» e solte-o se for o que pretende.',
  },
  {
    engine: 'No ERP is connected.',
    de: 'Es ist kein ERP verbunden.',
    es: 'No hay ningún ERP conectado.',
    pt: 'Nenhum ERP está ligado.',
  },
  {
    engine: '`oec-moodle erp connect` connects one.',
    de: '`oec-moodle erp connect` verbindet eines.',
    es: '`oec-moodle erp connect` conecta uno.',
    pt: '`oec-moodle erp connect` liga um.',
  },
  {
    engine: 'The last export ended with {code}.',
    de: 'Der letzte Export endete mit {code}.',
    es: 'La última exportación acabó con {code}.',
    pt: 'A última exportação acabou com {code}.',
  },
  {
    engine: '`oec-moodle erp test` says what is wrong.',
    de: '`oec-moodle erp test` sagt, was nicht stimmt.',
    es: '`oec-moodle erp test` dice qué falla.',
    pt: '`oec-moodle erp test` diz o que está errado.',
  },
  {
    engine: 'It is not called: {code}.',
    de: 'Es wird nicht aufgerufen: {code}.',
    es: 'No se le llama: {code}.',
    pt: 'Não é chamado: {code}.',
  },
  {
    engine: 'Deletions are held: {models}.',
    de: 'Löschungen werden zurückgehalten: {models}.',
    es: 'Hay eliminaciones retenidas: {models}.',
    pt: 'Há eliminações retidas: {models}.',
  },
  {
    engine: 'Release or accept them with `oec-moodle erp`.',
    en: 'Release or accept them on the page “What is held”.',
    de: 'Geben Sie sie auf der Seite „Zurückgehaltenes“ frei, oder nehmen Sie sie an.',
    es: 'Suéltelas o acéptelas en la página «Lo retenido».',
    pt: 'Solte-as ou aceite-as na página «O que está retido».',
  },
  {
    engine: '{queue} holds messages: {count}.',
    de: 'In {queue} liegen Nachrichten: {count}.',
    es: '{queue} contiene mensajes: {count}.',
    pt: '{queue} contém mensagens: {count}.',
  },
  {
    engine: '`oec-moodle failures` tells of them; docs/operations.md says what the queue is for.',
    en: 'The page “What failed” tells of them; docs/operations.md says what the queue is for.',
    de: 'Die Seite „Fehlgeschlagenes“ erzählt von ihnen; docs/operations.md sagt, wozu die Warteschlange da ist.',
    es: 'La página «Lo que falló» habla de ellos; docs/operations.md dice para qué es la cola.',
    pt: 'A página «O que falhou» fala deles; docs/operations.md diz para que serve a fila.',
  },
];
