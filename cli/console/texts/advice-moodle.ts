import type { EngineText } from './texts.ts';

/** What is advised about records that are not in Moodle as they should be. */
export const adviceOfMoodle: readonly EngineText[] = [
  {
    engine: "Give the token's user the capability in Moodle (docs/moodle-setup.md lists them).",
    de: 'Geben Sie dem Benutzer des Tokens die Fähigkeit in Moodle (docs/moodle-setup.md zählt sie auf).',
    es: 'Dé al usuario del token la capacidad en Moodle (docs/moodle-setup.md las enumera).',
    pt: 'Dê ao utilizador do token a capacidade no Moodle (docs/moodle-setup.md enumera-as).',
  },
  {
    engine: "Give the token's user access to the course or category in Moodle.",
    de: 'Geben Sie dem Benutzer des Tokens in Moodle Zugang zum Kurs oder Kursbereich.',
    es: 'Dé al usuario del token acceso al curso o a la categoría en Moodle.',
    pt: 'Dê ao utilizador do token acesso à disciplina ou à categoria no Moodle.',
  },
  {
    engine: "Allow the token's role to assign this role in Moodle, and check the role ids of the instance.",
    de: 'Erlauben Sie der Rolle des Tokens in Moodle, diese Rolle zuzuweisen, und prüfen Sie die Rollen-IDs der Instanz.',
    es: 'Permita en Moodle que el rol del token asigne este rol, y compruebe los ID de rol de la instancia.',
    pt: 'Permita no Moodle que o papel do token atribua este papel, e verifique os ID de papel da instância.',
  },
  {
    engine: 'Rename the other course in Moodle, or give it the idnumber of this record to have it adopted.',
    de: 'Benennen Sie den anderen Kurs in Moodle um, oder geben Sie ihm die ID-Nummer dieses Datensatzes, damit er übernommen wird.',
    es: 'Cambie el nombre del otro curso en Moodle, o dele el número de ID de este registro para que se adopte.',
    pt: 'Mude o nome da outra disciplina no Moodle, ou dê-lhe o número de ID deste registo para que seja adotada.',
  },
  {
    engine: 'Rename that course, or set its course ID number to {own} to have it adopted.',
    de: 'Benennen Sie jenen Kurs um, oder setzen Sie seine ID-Nummer auf {own}, damit er übernommen wird.',
    es: 'Cambie el nombre de ese curso, o ponga {own} como su número de ID para que se adopte.',
    pt: 'Mude o nome dessa disciplina, ou ponha {own} como o seu número de ID para que seja adotada.',
  },
  {
    engine: 'Another account in Moodle has this e-mail address: correct one of the two.',
    de: 'Ein anderes Konto in Moodle hat diese E-Mail-Adresse: Berichtigen Sie eines der beiden.',
    es: 'Otra cuenta en Moodle tiene esta dirección de correo: corrija una de las dos.',
    pt: 'Outra conta no Moodle tem este endereço de correio: corrija uma das duas.',
  },
  {
    engine: 'Correct one of the two.',
    de: 'Berichtigen Sie eines der beiden.',
    es: 'Corrija una de las dos.',
    pt: 'Corrija uma das duas.',
  },
  {
    engine: 'The account is a site administrator: give the administrator another e-mail address.',
    de: 'Das Konto gehört einem Administrator der Site: Geben Sie ihm eine andere E-Mail-Adresse.',
    es: 'La cuenta es de un administrador del sitio: dele otra dirección de correo.',
    pt: 'A conta é de um administrador do site: dê-lhe outro endereço de correio.',
  },
  {
    engine: 'The account is the guest account: correct the e-mail address.',
    de: 'Das Konto ist das Gastkonto: Berichtigen Sie die E-Mail-Adresse.',
    es: 'La cuenta es la de invitado: corrija la dirección de correo.',
    pt: 'A conta é a de visitante: corrija o endereço de correio.',
  },
  {
    engine: 'Add the manual enrolment method to the course in Moodle.',
    de: 'Fügen Sie dem Kurs in Moodle die manuelle Einschreibung hinzu.',
    es: 'Añada al curso en Moodle el método de matriculación manual.',
    pt: 'Acrescente à disciplina no Moodle o método de inscrição manual.',
  },
  {
    engine: 'Correct the e-mail address of the record in the ERP.',
    de: 'Berichtigen Sie die E-Mail-Adresse des Datensatzes im ERP.',
    es: 'Corrija la dirección de correo del registro en el ERP.',
    pt: 'Corrija o endereço de correio do registo no ERP.',
  },
  {
    engine: 'The category was deleted in Moodle; it is made again.',
    de: 'Der Kursbereich wurde in Moodle gelöscht; er wird wieder angelegt.',
    es: 'La categoría se borró en Moodle; se crea de nuevo.',
    pt: 'A categoria foi apagada no Moodle; é criada de novo.',
  },
  {
    engine: 'The parent category was deleted in Moodle; it is made again.',
    de: 'Der übergeordnete Kursbereich wurde in Moodle gelöscht; er wird wieder angelegt.',
    es: 'La categoría superior se borró en Moodle; se crea de nuevo.',
    pt: 'A categoria superior foi apagada no Moodle; é criada de novo.',
  },
  {
    engine: 'The account was deleted in Moodle; it is made again.',
    de: 'Das Konto wurde in Moodle gelöscht; es wird wieder angelegt.',
    es: 'La cuenta se borró en Moodle; se crea de nuevo.',
    pt: 'A conta foi apagada no Moodle; é criada de novo.',
  },
  {
    engine: 'What it names was deleted in Moodle; it is made again.',
    de: 'Was es nennt, wurde in Moodle gelöscht; es wird wieder angelegt.',
    es: 'Lo que nombra se borró en Moodle; se crea de nuevo.',
    pt: 'O que nomeia foi apagado no Moodle; é criado de novo.',
  },
  {
    engine: 'Confirm the account in Moodle.',
    de: 'Bestätigen Sie das Konto in Moodle.',
    es: 'Confirme la cuenta en Moodle.',
    pt: 'Confirme a conta no Moodle.',
  },
  {
    engine: "Look into Moodle's or PHP's error log.",
    de: 'Sehen Sie im Fehlerprotokoll von Moodle oder PHP nach.',
    es: 'Mire el registro de errores de Moodle o de PHP.',
    pt: 'Veja o registo de erros do Moodle ou do PHP.',
  },
  {
    engine: 'Compare the record with what Moodle accepts; it is tried again by itself.',
    de: 'Vergleichen Sie den Datensatz mit dem, was Moodle annimmt; er wird von selbst noch einmal versucht.',
    es: 'Compare el registro con lo que Moodle acepta; se reintenta por sí solo.',
    pt: 'Compare o registo com o que o Moodle aceita; tenta-se de novo por si só.',
  },
  {
    engine: 'Check that Moodle is up and reachable from here; it is tried again by itself.',
    de: 'Prüfen Sie, ob Moodle läuft und erreichbar ist; es wird von selbst noch einmal versucht.',
    es: 'Compruebe que Moodle funciona y es accesible; se reintenta por sí solo.',
    pt: 'Verifique se o Moodle funciona e está acessível; tenta-se de novo por si só.',
  },
  {
    engine: 'Check the Moodle release (4.5 or newer is needed) and plugins that change its web services.',
    de: 'Prüfen Sie die Version von Moodle (nötig ist 4.5 oder neuer) und Plugins, die seine Webservices ändern.',
    es: 'Compruebe la versión de Moodle (se necesita 4.5 o posterior) y los plugins que cambian sus servicios web.',
    pt: 'Verifique a versão do Moodle (é precisa a 4.5 ou mais recente) e os plugins que mudam os seus serviços web.',
  },
  {
    engine: 'Put it right in Moodle; what waits is pushed by itself then.',
    de: 'Bringen Sie es in Moodle in Ordnung; was wartet, wird dann von selbst übertragen.',
    es: 'Corríjalo en Moodle; lo que espera se envía entonces por sí solo.',
    pt: 'Corrija-o no Moodle; o que espera é então enviado por si só.',
  },
  {
    engine: 'Correct the record in the ERP; it is pushed again as soon as it changes.',
    de: 'Berichtigen Sie den Datensatz im ERP; er wird wieder übertragen, sobald er sich ändert.',
    es: 'Corrija el registro en el ERP; se envía de nuevo en cuanto cambie.',
    pt: 'Corrija o registo no ERP; é enviado de novo assim que mudar.',
  },
  {
    engine: 'Correct that record in the ERP; until then everything stays in Moodle as it is.',
    de: 'Berichtigen Sie jenen Datensatz im ERP; bis dahin bleibt in Moodle alles, wie es ist.',
    es: 'Corrija ese registro en el ERP; hasta entonces todo queda en Moodle como está.',
    pt: 'Corrija esse registo no ERP; até lá tudo fica no Moodle como está.',
  },
  {
    engine: 'Nothing; it is pushed as soon as that is there.',
    de: 'Nichts; es wird übertragen, sobald jenes da ist.',
    es: 'Nada; se envía en cuanto aquello esté.',
    pt: 'Nada; é enviado assim que aquilo lá estiver.',
  },
  {
    engine: 'Give one of the two batches another name or code in the ERP.',
    de: 'Geben Sie einem der beiden Jahrgänge im ERP einen anderen Namen oder Code.',
    es: 'Dé a uno de los dos grupos otro nombre o código en el ERP.',
    pt: 'Dê a uma das duas turmas outro nome ou código no ERP.',
  },
  {
    engine: 'Rename the other group in Moodle, or give the batch another name or code in the ERP.',
    de: 'Benennen Sie die andere Gruppe in Moodle um, oder geben Sie dem Jahrgang im ERP einen anderen Namen oder Code.',
    es: 'Cambie el nombre del otro grupo en Moodle, o dé a este otro nombre o código en el ERP.',
    pt: 'Mude o nome do outro grupo no Moodle, ou dê à turma outro nome ou código no ERP.',
  },
  {
    engine: 'Nothing: Moodle is told the name of {owner} once more, and this group follows.',
    de: 'Nichts: Moodle bekommt den Namen von {owner} noch einmal gesagt, und diese Gruppe folgt.',
    es: 'Nada: a Moodle se le dice otra vez el nombre de {owner}, y este grupo sigue.',
    pt: 'Nada: diz-se outra vez ao Moodle o nome de {owner}, e este grupo segue.',
  },
  {
    engine: 'Nothing: Moodle is told the short name of {owner} once more, and this record follows.',
    de: 'Nichts: Moodle bekommt den Kurznamen von {owner} noch einmal gesagt, und dieser Datensatz folgt.',
    es: 'Nada: a Moodle se le dice otra vez el nombre corto de {owner}, y este registro sigue.',
    pt: 'Nada: diz-se outra vez ao Moodle o nome breve de {owner}, e este registo segue.',
  },
  {
    engine: 'Nothing: Moodle is told the address of {owner} once more, and this record follows.',
    de: 'Nichts: Moodle bekommt die Adresse von {owner} noch einmal gesagt, und dieser Datensatz folgt.',
    es: 'Nada: a Moodle se le dice otra vez la dirección de {owner}, y este registro sigue.',
    pt: 'Nada: diz-se outra vez ao Moodle o endereço de {owner}, e este registo segue.',
  },
  {
    engine: 'Move what is needed from the others into {used}, then delete them or clear their ID numbers.',
    de: 'Bringen Sie Nötiges aus den anderen nach {used}, und löschen Sie diese dann oder leeren Sie ihre ID-Nummern.',
    es: 'Pase lo necesario de los demás a {used}, y después bórrelos o vacíe sus números de ID.',
    pt: 'Passe o necessário dos outros para {used}, e depois apague-os ou limpe os seus números de ID.',
  },
  {
    engine: 'Run `oec-moodle adopt`: it shows what Moodle has and takes the decision.',
    en: 'Open the page Adopt: it shows what Moodle has and takes the decision.',
    de: 'Öffnen Sie die Seite zum Übernehmen: Sie zeigt, was Moodle hat, und nimmt die Entscheidung entgegen.',
    es: 'Abra la página para adoptar: muestra lo que tiene Moodle y recoge la decisión.',
    pt: 'Abra a página de adoção: mostra o que o Moodle tem e recebe a decisão.',
  },
  {
    engine: 'Run `oec-moodle adopt {instance}`: it shows both sides and takes the decision.',
    en: 'Open the page Adopt for {instance}: it shows both sides and takes the decision.',
    de: 'Öffnen Sie die Seite zum Übernehmen für {instance}: Sie zeigt beide Seiten und nimmt die Entscheidung entgegen.',
    es: 'Abra la página para adoptar en {instance}: muestra los dos lados y recoge la decisión.',
    pt: 'Abra a página de adoção para {instance}: mostra os dois lados e recebe a decisão.',
  },
  {
    engine:
      'Allow accounts with the same e-mail in Moodle (Plugins, Authentication, Manage authentication), or set shared_emails=refused.',
    de: 'Erlauben Sie in Moodle Konten mit gleicher E-Mail-Adresse (Plugins, Authentifizierung, Übersicht), oder setzen Sie shared_emails=refused.',
    es: 'Permita en Moodle cuentas con el mismo correo (Extensiones, Identificación, Gestionar identificación), o ponga shared_emails=refused.',
    pt: 'Permita no Moodle contas com o mesmo correio (Plugins, Autenticação, Gerir autenticação), ou defina shared_emails=refused.',
  },
  {
    engine:
      'Moodle does not say which value of the account it refuses. Look for an e-mail address of a domain that the site does not take, and for unusual characters in the name; it is tried again by itself.',
    de: 'Moodle sagt nicht, welchen Wert des Kontos es ablehnt. Suchen Sie nach einer E-Mail-Adresse aus einer Domain, die die Site nicht annimmt, und nach ungewöhnlichen Zeichen im Namen; es wird von selbst noch einmal versucht.',
    es: 'Moodle no dice qué valor de la cuenta rechaza. Busque una dirección de correo de un dominio que el sitio no admita y caracteres poco comunes en el nombre; se reintenta por sí solo.',
    pt: 'O Moodle não diz que valor da conta recusa. Procure um endereço de correio de um domínio que o site não aceite e caracteres invulgares no nome; tenta-se de novo por si só.',
  },
  {
    engine:
      "If the account is this person's, run `oec-moodle adopt {instance}` and confirm it; until then Moodle keeps its address.",
    en: "If the account is this person's, confirm it on the page Adopt for {instance}; until then Moodle keeps its address.",
    de: 'Gehört das Konto dieser Person, bestätigen Sie es auf der Seite zum Übernehmen für {instance}; bis dahin behält Moodle seine Adresse.',
    es: 'Si la cuenta es de esta persona, confírmelo en la página para adoptar en {instance}; hasta entonces Moodle conserva su dirección.',
    pt: 'Se a conta for desta pessoa, confirme-o na página de adoção para {instance}; até lá o Moodle mantém o seu endereço.',
  },
  {
    engine:
      'Give one of the two records another e-mail address in the ERP. If they are one person, archive the record that is not used any more; if they are a family, see the setting shared_emails.',
    de: 'Geben Sie einem der beiden Datensätze im ERP eine andere E-Mail-Adresse. Sind sie eine Person, archivieren Sie den Datensatz, der nicht mehr gebraucht wird; sind sie eine Familie, siehe die Einstellung shared_emails.',
    es: 'Dé a uno de los dos registros otra dirección de correo en el ERP. Si son la misma persona, archive el registro que ya no se usa; si son una familia, vea el ajuste shared_emails.',
    pt: 'Dê a um dos dois registos outro endereço de correio no ERP. Se forem a mesma pessoa, arquive o registo que já não se usa; se forem uma família, veja a definição shared_emails.',
  },
  {
    engine: 'Decide which account is the right one and clear the ID number of the others.',
    de: 'Entscheiden Sie, welches Konto das richtige ist, und leeren Sie die ID-Nummer der anderen.',
    es: 'Decida qué cuenta es la correcta y vacíe el número de ID de las demás.',
    pt: 'Decida qual é a conta certa e limpe o número de ID das outras.',
  },
  {
    engine:
      "If the account is this person's, confirm it with `oec-moodle adopt {instance}`; else clear its ID number in Moodle, and lock the field (docs/moodle-setup.md).",
    en: "If the account is this person's, confirm it on the page Adopt for {instance}; else clear its ID number in Moodle, and lock the field (docs/moodle-setup.md).",
    de: 'Gehört das Konto dieser Person, bestätigen Sie es auf der Seite zum Übernehmen für {instance}; sonst leeren Sie seine ID-Nummer in Moodle und sperren das Feld (docs/moodle-setup.md).',
    es: 'Si la cuenta es de esta persona, confírmelo en la página para adoptar en {instance}; si no, vacíe su número de ID en Moodle y bloquee el campo (docs/moodle-setup.md).',
    pt: 'Se a conta for desta pessoa, confirme-o na página de adoção para {instance}; senão limpe o seu número de ID no Moodle e bloqueie o campo (docs/moodle-setup.md).',
  },
  {
    engine: 'Give that account another e-mail address in Moodle.',
    de: 'Geben Sie jenem Konto in Moodle eine andere E-Mail-Adresse.',
    es: 'Dé a esa cuenta otra dirección de correo en Moodle.',
    pt: 'Dê a essa conta outro endereço de correio no Moodle.',
  },
  {
    engine:
      "Give the token's user the capability moodle/site:viewuseridentity (docs/moodle-setup.md), and leave e-mail addresses among the fields that Moodle shows (showuseridentity).",
    de: 'Geben Sie dem Benutzer des Tokens die Fähigkeit moodle/site:viewuseridentity (docs/moodle-setup.md), und lassen Sie E-Mail-Adressen unter den Feldern, die Moodle zeigt (showuseridentity).',
    es: 'Dé al usuario del token la capacidad moodle/site:viewuseridentity (docs/moodle-setup.md), y deje el correo entre los campos que Moodle muestra (showuseridentity).',
    pt: 'Dê ao utilizador do token a capacidade moodle/site:viewuseridentity (docs/moodle-setup.md), e deixe o correio entre os campos que o Moodle mostra (showuseridentity).',
  },
  {
    engine:
      'Install the plugin mod_attendance and add its functions to the external service (docs/moodle-setup.md, 4).',
    de: 'Installieren Sie das Plugin mod_attendance, und fügen Sie seine Funktionen dem externen Dienst hinzu (docs/moodle-setup.md, 4).',
    es: 'Instale el plugin mod_attendance y añada sus funciones al servicio externo (docs/moodle-setup.md, 4).',
    pt: 'Instale o plugin mod_attendance e acrescente as suas funções ao serviço externo (docs/moodle-setup.md, 4).',
  },
  {
    engine: 'Enrol them, or take them off the sheet; it is tried again by itself.',
    de: 'Schreiben Sie sie ein, oder nehmen Sie sie aus der Liste; es wird von selbst noch einmal versucht.',
    es: 'Matricúlelos o quítelos de la hoja; se reintenta por sí solo.',
    pt: 'Inscreva-os ou retire-os da folha; tenta-se de novo por si só.',
  },
  {
    engine:
      'Add one to the status set in Moodle, or say which it is with the setting attendance_statuses of the instance; it is tried again by itself.',
    de: 'Fügen Sie in Moodle einen Status hinzu, oder sagen Sie mit der Einstellung attendance_statuses der Instanz, welcher es ist; es wird von selbst noch einmal versucht.',
    es: 'Añada uno a los estados en Moodle, o diga cuál es con el ajuste attendance_statuses de la instancia; se reintenta por sí solo.',
    pt: 'Acrescente um aos estados no Moodle, ou diga qual é com a definição attendance_statuses da instância; tenta-se de novo por si só.',
  },
  {
    engine: 'Nothing; it is made again by itself.',
    de: 'Nichts; es wird von selbst wieder angelegt.',
    es: 'Nada; se crea de nuevo por sí solo.',
    pt: 'Nada; é criado de novo por si só.',
  },
  {
    engine: 'Nothing; there is nowhere to mark it.',
    de: 'Nichts; es gibt keinen Ort mehr, an dem es einzutragen wäre.',
    es: 'Nada; no hay dónde anotarlo.',
    pt: 'Nada; não há onde o anotar.',
  },
  {
    engine: 'Nothing; it is tried again by itself.',
    de: 'Nichts; es wird von selbst noch einmal versucht.',
    es: 'Nada; se reintenta por sí solo.',
    pt: 'Nada; tenta-se de novo por si só.',
  },
  {
    engine: 'Nothing; it is looked up or made again by itself.',
    de: 'Nichts; es wird von selbst gesucht oder wieder angelegt.',
    es: 'Nada; se busca o se crea de nuevo por sí solo.',
    pt: 'Nada; é procurado ou criado de novo por si só.',
  },
  {
    engine: 'Add the subject to the program in OpenEduCat, or take it out of the enrolment.',
    de: 'Fügen Sie das Fach in OpenEduCat dem Programm hinzu, oder nehmen Sie es aus der Einschreibung.',
    es: 'Añada la asignatura al programa en OpenEduCat, o quítela de la matrícula.',
    pt: 'Acrescente a disciplina ao programa no OpenEduCat, ou retire-a da inscrição.',
  },
];
