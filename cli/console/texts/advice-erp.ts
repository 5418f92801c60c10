import type { EngineText } from './texts.ts';

/** What is advised about records from Moodle that are not in the ERP as they should be. */
export const adviceOfErp: readonly EngineText[] = [
  {
    engine: 'Check that the ERP is up and reachable from here; it is tried again by itself.',
    de: 'Prüfen Sie, ob das ERP läuft und erreichbar ist; es wird von selbst noch einmal versucht.',
    es: 'Compruebe que el ERP funciona y es accesible; se reintenta por sí solo.',
    pt: 'Verifique se o ERP funciona e está acessível; tenta-se de novo por si só.',
  },
  {
    engine: 'Connect the ERP again with a valid user and key: oec-moodle erp connect.',
    de: 'Verbinden Sie das ERP erneut mit einem gültigen Benutzer und Schlüssel: oec-moodle erp connect.',
    es: 'Conecte de nuevo el ERP con un usuario y una clave válidos: oec-moodle erp connect.',
    pt: 'Ligue de novo o ERP com um utilizador e uma chave válidos: oec-moodle erp connect.',
  },
  {
    engine: 'Check the name of the database: oec-moodle erp connect.',
    de: 'Prüfen Sie den Namen der Datenbank: oec-moodle erp connect.',
    es: 'Compruebe el nombre de la base de datos: oec-moodle erp connect.',
    pt: 'Verifique o nome da base de dados: oec-moodle erp connect.',
  },
  {
    engine: 'Check the URL of the ERP: oec-moodle erp connect.',
    de: 'Prüfen Sie die Adresse des ERP: oec-moodle erp connect.',
    es: 'Compruebe la URL del ERP: oec-moodle erp connect.',
    pt: 'Verifique o URL do ERP: oec-moodle erp connect.',
  },
  {
    engine: "Give the key's user the right in Odoo; what waits is brought by itself then.",
    de: 'Geben Sie dem Benutzer des Schlüssels das Recht in Odoo; was wartet, wird dann von selbst gebracht.',
    es: 'Dé en Odoo el permiso al usuario de la clave; lo que espera se lleva entonces por sí solo.',
    pt: 'Dê no Odoo o direito ao utilizador da chave; o que espera é então levado por si só.',
  },
  {
    engine: 'Install the OpenEduCat module; what waits is brought by itself then.',
    de: 'Installieren Sie das Modul von OpenEduCat; was wartet, wird dann von selbst gebracht.',
    es: 'Instale el módulo de OpenEduCat; lo que espera se lleva entonces por sí solo.',
    pt: 'Instale o módulo do OpenEduCat; o que espera é então levado por si só.',
  },
  {
    engine: 'Nothing: its fields are asked for anew.',
    de: 'Nichts: Seine Felder werden neu abgefragt.',
    es: 'Nada: sus campos se vuelven a consultar.',
    pt: 'Nada: os seus campos são consultados de novo.',
  },
  {
    engine: 'Something was deleted in the ERP at this moment; it is looked at again by itself.',
    de: 'Im ERP wurde gerade etwas gelöscht; es wird von selbst noch einmal nachgesehen.',
    es: 'Algo se borró en el ERP en ese momento; se vuelve a mirar por sí solo.',
    pt: 'Algo foi apagado no ERP nesse momento; volta-se a ver por si só.',
  },
  {
    engine: 'Compare the record with what OpenEduCat accepts; it is tried again by itself.',
    de: 'Vergleichen Sie den Datensatz mit dem, was OpenEduCat annimmt; er wird von selbst noch einmal versucht.',
    es: 'Compare el registro con lo que OpenEduCat acepta; se reintenta por sí solo.',
    pt: 'Compare o registo com o que o OpenEduCat aceita; tenta-se de novo por si só.',
  },
  {
    engine: "Look into the Odoo server's log; it is tried again by itself.",
    de: 'Sehen Sie im Protokoll des Odoo-Servers nach; es wird von selbst noch einmal versucht.',
    es: 'Mire el registro del servidor de Odoo; se reintenta por sí solo.',
    pt: 'Veja o registo do servidor Odoo; tenta-se de novo por si só.',
  },
  {
    engine:
      'Look for a record rule in Odoo that keeps the record from the user; it is tried again by itself.',
    de: 'Suchen Sie in Odoo nach einer Datensatzregel, die dem Benutzer den Datensatz vorenthält; er wird von selbst noch einmal versucht.',
    es: 'Busque en Odoo una regla de registro que lo oculte al usuario; se reintenta por sí solo.',
    pt: 'Procure no Odoo uma regra de registo que o esconda do utilizador; tenta-se de novo por si só.',
  },
  {
    engine: 'Put that one right first (oec-moodle erp failures); this one follows by itself.',
    en: 'Put that one right first; this one follows by itself.',
    de: 'Bringen Sie zuerst jenen in Ordnung; dieser folgt von selbst.',
    es: 'Corrija primero aquel; este sigue por sí solo.',
    pt: 'Corrija primeiro aquele; este segue por si só.',
  },
  {
    engine: 'Shorten or move one of them in the ERP; it is tried again by itself.',
    de: 'Kürzen oder verschieben Sie eine davon im ERP; es wird von selbst noch einmal versucht.',
    es: 'Acorte o mueva uno de ellos en el ERP; se reintenta por sí solo.',
    pt: 'Encurte ou mude um deles no ERP; tenta-se de novo por si só.',
  },
  {
    engine: 'If that was meant, discard this; else retry it, and it is made again.',
    de: 'War das so gemeint, verwerfen Sie dies; sonst versuchen Sie es noch einmal, und es wird wieder angelegt.',
    es: 'Si fue intencionado, descarte esto; si no, reinténtelo y se crea de nuevo.',
    pt: 'Se foi intencional, descarte isto; senão tente de novo, e é criado outra vez.',
  },
  {
    engine:
      'Enter the change in the ERP by hand if it still counts, or open it again; it is looked at once a day.',
    de: 'Tragen Sie die Änderung von Hand im ERP ein, wenn sie noch zählt, oder öffnen Sie es wieder; einmal am Tag wird nachgesehen.',
    es: 'Introduzca el cambio a mano en el ERP si aún cuenta, o vuelva a abrirlo; se mira una vez al día.',
    pt: 'Introduza a alteração à mão no ERP se ainda contar, ou volte a abri-lo; vê-se uma vez por dia.',
  },
  {
    engine:
      'Decide which counts: enter it in the ERP by hand, or in Moodle; or let Moodle win always with the setting overwrite_erp_edits of the instance.',
    de: 'Entscheiden Sie, was gilt: Tragen Sie es von Hand im ERP oder in Moodle ein; oder lassen Sie mit der Einstellung overwrite_erp_edits der Instanz immer Moodle gelten.',
    es: 'Decida qué cuenta: introdúzcalo a mano en el ERP o en Moodle; o haga que cuente siempre Moodle con el ajuste overwrite_erp_edits de la instancia.',
    pt: 'Decida o que conta: introduza-o à mão no ERP ou no Moodle; ou faça valer sempre o Moodle com a definição overwrite_erp_edits da instância.',
  },
  {
    engine:
      'Decide which counts: correct or delete that one in the ERP, or set overwrite_erp_edits of the instance.',
    de: 'Entscheiden Sie, was gilt: Berichtigen oder löschen Sie jenen im ERP, oder setzen Sie overwrite_erp_edits der Instanz.',
    es: 'Decida qué cuenta: corrija o borre aquel en el ERP, o active overwrite_erp_edits en la instancia.',
    pt: 'Decida o que conta: corrija ou apague aquele no ERP, ou ative overwrite_erp_edits na instância.',
  },
  {
    engine:
      'If that is meant: `oec-moodle brake release {instance} imported-marks`; with --keep they stay as they are.',
    en: 'If that is meant, release the brake of marks in OpenEduCat ({instance}) on the page What is held; there they can be kept as well.',
    de: 'Ist das so gemeint, lösen Sie auf der Seite Zurückgehaltenes die Bremse für Noten in OpenEduCat ({instance}); dort können Sie sie auch behalten.',
    es: 'Si es intencionado, libere en la página Lo retenido el freno de las notas en OpenEduCat ({instance}); allí también pueden conservarse.',
    pt: 'Se for intencional, liberte na página O que está retido o travão das notas no OpenEduCat ({instance}); ali também se podem manter.',
  },
  {
    engine: 'Give that one another code in the ERP, then retry this.',
    de: 'Geben Sie jenem im ERP einen anderen Code, und versuchen Sie dies dann noch einmal.',
    es: 'Dé a aquel otro código en el ERP y reintente esto después.',
    pt: 'Dê àquele outro código no ERP e depois tente isto de novo.',
  },
  {
    engine: 'It was changed in the records table since it was pulled: correct it there.',
    de: 'Es wurde in der Tabelle der Datensätze geändert, seit es geholt wurde: Berichtigen Sie es dort.',
    es: 'Se cambió en la tabla de registros después de recogerlo: corríjalo allí.',
    pt: 'Foi alterado na tabela de registos depois de recolhido: corrija-o ali.',
  },
  {
    engine:
      'Look at the records that are named. Where the ERP is right, give your word that its records count; where it is not, restore it, or save the records there once more.',
    de: 'Sehen Sie die genannten Datensätze an. Hat das ERP recht, geben Sie Ihr Wort, dass seine Datensätze gelten; sonst stellen Sie es wieder her oder speichern Sie die Datensätze dort noch einmal.',
    es: 'Mire los registros indicados. Si el ERP tiene razón, confirme que sus registros cuentan; si no, restáurelo o guarde allí los registros otra vez.',
    pt: 'Veja os registos indicados. Se o ERP tiver razão, confirme que os seus registos contam; senão, reponha-o ou guarde lá os registos outra vez.',
  },
  {
    engine:
      'Look at the records that are named, and make them once more in the ERP, so that they get new ids. Give your word that they count only where the account in Moodle is to go to the new record.',
    de: 'Sehen Sie die genannten Datensätze an, und legen Sie sie im ERP noch einmal an, damit sie neue IDs bekommen. Geben Sie Ihr Wort, dass sie gelten, nur dort, wo das Konto in Moodle an den neuen Datensatz gehen soll.',
    es: 'Mire los registros indicados y créelos de nuevo en el ERP, para que tengan ID nuevos. Confirme que cuentan solo si la cuenta en Moodle debe pasar al registro nuevo.',
    pt: 'Veja os registos indicados e crie-os de novo no ERP, para que tenham novos ID. Confirme que contam apenas se a conta no Moodle deve passar para o registo novo.',
  },
  {
    engine: 'Look into the ERP whether they were deleted on purpose; then: oec-moodle erp release {model}.',
    en: 'Look into the ERP whether records of {model} were deleted on purpose, and give your word then.',
    de: 'Sehen Sie im ERP nach, ob Datensätze von {model} absichtlich gelöscht wurden, und geben Sie dann Ihr Wort.',
    es: 'Mire en el ERP si los registros de {model} se borraron a propósito, y entonces confírmelo.',
    pt: 'Veja no ERP se os registos de {model} foram apagados de propósito, e então confirme-o.',
  },
  {
    engine: 'Of {of} records the ERP no longer has {held}. None of them is deleted.',
    de: 'Von {of} Datensätzen hat das ERP {held} nicht mehr. Keiner davon wird gelöscht.',
    es: 'De {of} registros, el ERP ya no tiene {held}. No se borra ninguno.',
    pt: 'De {of} registos, o ERP já não tem {held}. Nenhum é apagado.',
  },
  {
    engine:
      'The ERP has records in an older state than they were read in before: a backup was restored, it seems. They stay as they were, and nothing is deleted.',
    de: 'Das ERP hat Datensätze in einem älteren Stand als zuvor gelesen: Anscheinend wurde eine Sicherung zurückgespielt. Sie bleiben, wie sie waren, und nichts wird gelöscht.',
    es: 'El ERP tiene registros en un estado anterior al ya leído: parece que se restauró una copia. Quedan como estaban y no se borra nada.',
    pt: 'O ERP tem registos num estado anterior ao já lido: parece que foi reposta uma cópia. Ficam como estavam e nada é apagado.',
  },
  {
    engine:
      'Under ids that the records table knows the ERP has other records, made at another time: a backup was restored and the ids were given again, or it is another database. They are not taken over, since their people would get the accounts of others.',
    de: 'Unter bekannten IDs hat das ERP andere Datensätze, die zu einer anderen Zeit angelegt wurden: Eine Sicherung wurde zurückgespielt und die IDs wurden neu vergeben, oder es ist eine andere Datenbank. Sie werden nicht übernommen, denn diese Personen bekämen die Konten anderer.',
    es: 'Con ID ya conocidos, el ERP tiene otros registros, creados en otro momento: se restauró una copia y los ID se dieron de nuevo, o es otra base de datos. No se aceptan, pues esas personas recibirían cuentas ajenas.',
    pt: 'Com ID já conhecidos, o ERP tem outros registos, criados noutra altura: foi reposta uma cópia e os ID foram dados de novo, ou é outra base de dados. Não são aceites, pois essas pessoas receberiam contas alheias.',
  },
];
