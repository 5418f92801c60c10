import { adviceOfErp } from './advice-erp.ts';
import { adviceOfMoodle } from './advice-moodle.ts';
import type { EngineText } from './texts.ts';

/** What the engine advises about failures of either side, and why the commands leave some of them alone. */
export const advice: readonly EngineText[] = [
  ...adviceOfMoodle,
  ...adviceOfErp,
  {
    engine: 'Add or correct what it refers to; it is tried again by itself.',
    de: 'Ergänzen oder berichtigen Sie, worauf er verweist; er wird von selbst noch einmal versucht.',
    es: 'Añada o corrija aquello a lo que se refiere; se reintenta por sí solo.',
    pt: 'Acrescente ou corrija aquilo a que se refere; tenta-se de novo por si só.',
  },
  {
    engine: 'It is tried again by itself.',
    de: 'Es wird von selbst noch einmal versucht.',
    es: 'Se reintenta por sí solo.',
    pt: 'Tenta-se de novo por si só.',
  },
  {
    engine: 'See what would be suspended, hidden or unenrolled, and release the brake if it is meant.',
    en: 'See on the page What is held what would be suspended, hidden or unenrolled, and release the brake if it is meant.',
    de: 'Sehen Sie auf der Seite Zurückgehaltenes nach, was gesperrt, verborgen oder ausgetragen würde, und lösen Sie die Bremse, wenn es so gemeint ist.',
    es: 'Vea en la página Lo retenido qué se suspendería, ocultaría o daría de baja, y libere el freno si es intencionado.',
    pt: 'Veja na página O que está retido o que seria suspenso, ocultado ou anulado, e liberte o travão se for intencional.',
  },
  {
    engine: 'Put right what the reason names; what waits goes on by itself then.',
    de: 'Bringen Sie in Ordnung, was der Grund nennt; was wartet, geht dann von selbst weiter.',
    es: 'Corrija lo que indica el motivo; lo que espera sigue entonces por sí solo.',
    pt: 'Corrija o que o motivo indica; o que espera segue então por si só.',
  },
  {
    engine: 'nothing is wrong with it',
    de: 'damit ist alles in Ordnung',
    es: 'no tiene ningún problema',
    pt: 'não tem nenhum problema',
  },
  {
    engine: 'the brake holds it: `oec-moodle brake release` lets it go',
    en: 'the brake holds it: the page What is held lets it go',
    de: 'die Bremse hält es zurück: Die Seite Zurückgehaltenes lässt es los',
    es: 'el freno lo retiene: la página Lo retenido lo libera',
    pt: 'o travão retém-no: a página O que está retido liberta-o',
  },
  {
    engine: 'it cannot be pushed as it is: it is pushed as soon as the record is corrected in the ERP',
    de: 'es kann so nicht übertragen werden: Es wird übertragen, sobald der Datensatz im ERP berichtigt ist',
    es: 'no puede enviarse tal como está: se envía en cuanto se corrija el registro en el ERP',
    pt: 'não pode ser enviado como está: é enviado assim que o registo for corrigido no ERP',
  },
  {
    engine: 'it comes with the record that it is a part of, once it can be taken in',
    de: 'es kommt mit dem Datensatz, zu dem es gehört, sobald es dort aufgenommen werden kann',
    es: 'llega con el registro del que forma parte, en cuanto pueda incluirse',
    pt: 'vem com o registo de que faz parte, logo que possa ser incluído',
  },
  {
    engine: '{instance} is {status}: `oec-moodle instance resume {instance}` first',
    en: '{instance} is {status}: it has to be resumed first',
    de: '{instance} ist nicht in Betrieb ({status}): Es muss erst wieder aufgenommen werden',
    es: '{instance} no está activo ({status}): primero hay que reanudarlo',
    pt: '{instance} não está ativo ({status}): primeiro tem de ser retomado',
  },
  {
    engine: 'it is tried as soon as it is corrected in the records table',
    de: 'es wird versucht, sobald es in der Tabelle der Datensätze berichtigt ist',
    es: 'se intenta en cuanto se corrija en la tabla de registros',
    pt: 'tenta-se assim que for corrigido na tabela de registos',
  },
  {
    engine: 'it cannot be read: correct it in the records table',
    de: 'es ist nicht lesbar: Berichtigen Sie es in der Tabelle der Datensätze',
    es: 'no puede leerse: corríjalo en la tabla de registros',
    pt: 'não pode ser lido: corrija-o na tabela de registos',
  },
  {
    engine: 'the ERP was away, or refuses the link: it is brought as soon as that is over',
    de: 'das ERP war nicht erreichbar oder weist die Anbindung ab: Es wird gebracht, sobald das vorbei ist',
    es: 'el ERP no estaba disponible o rechaza el enlace: se lleva en cuanto eso termine',
    pt: 'o ERP não estava disponível ou recusa a ligação: é levado assim que isso acabar',
  },
  {
    engine: 'something of what Moodle holds was not fetched; the next hour asks again',
    de: 'Etwas von dem, was in Moodle steht, wurde nicht geholt; in der nächsten Stunde wird wieder gefragt.',
    es: 'Algo de lo que tiene Moodle no se ha recogido; la próxima hora se vuelve a pedir.',
    pt: 'Algo do que está no Moodle não foi recolhido; na próxima hora pergunta-se de novo.',
  },
  {
    engine: 'changes were not turned into work; the hourly sweep finds them',
    de: 'Änderungen wurden nicht zu Arbeit; der stündliche Durchgang findet sie.',
    es: 'Hay cambios que no se convirtieron en trabajo; el repaso de cada hora los encuentra.',
    pt: 'Há alterações que não se tornaram trabalho; a passagem de hora a hora encontra-as.',
  },
  {
    engine: 'regular work could not be started; the next run makes good for it',
    de: 'Regelmäßige Arbeit konnte nicht beginnen; der nächste Lauf holt sie nach.',
    es: 'No pudo empezar un trabajo periódico; la próxima ejecución lo recupera.',
    pt: 'Um trabalho regular não pôde começar; a próxima execução recupera-o.',
  },
  {
    engine: 'what was pulled was not queued for the ERP; the hourly sweep of the import finds it',
    de: 'Geholtes wurde nicht für das ERP eingereiht; der stündliche Durchgang des Imports findet es.',
    es: 'Lo recogido no se puso en cola para el ERP; el repaso de la importación de cada hora lo encuentra.',
    pt: 'O que foi recolhido não entrou na fila para o ERP; a passagem da importação de hora a hora encontra-o.',
  },
];
