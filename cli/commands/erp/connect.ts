import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { checkConnection, findingsTable } from '#cli/erp/check-connection.ts';
import { lastPlace, noteKnownErp, placeNow, placeOf, requireErp } from '#cli/erp/erp-side.ts';
import { noteAction, ofNoInstance } from '#cli/note-action.ts';
import { usageError } from '#cli/operator-error.ts';
import type { Lines } from '#cli/output/lines.ts';
import { maySave, refusal, saving } from '#cli/peer-check.ts';
import {
  ask,
  confirmed,
  ownTimeZone,
  problemWith,
  readSecret,
  requireAnswers,
  usable,
} from '#cli/prompts.ts';
import { isTimeZone } from '#shared/models/fields/school-day.ts';
import { erpAddress, keyIn } from '#shared/odoo/calls/erp-access.ts';
import { type ErpConnection, erpConnectionSchema } from '#shared/odoo/client/connection.ts';
import type { ErpCheck } from '#shared/operate/check-erp/finding.ts';
import { saveErpConnection } from '#shared/store/erp/erp-connections.ts';

export interface ConnectOptions {
  url?: string;
  db?: string;
  user?: string;
  keyFile?: string;
  language?: string;
  timeZone?: string;
  force?: boolean;
  yes?: boolean;
}

/** Connects an ERP: asks for what is missing, checks that the link can work with it, and then stores how it is reached. */
export async function connectErp(context: CommandContext, options: ConnectOptions): Promise<CommandResult> {
  requireAnswers(
    context,
    { '--url': options.url, '--db': options.db, '--user': options.user, '--key-file': options.keyFile },
    'oec-moodle erp connect --url https://erp.example.org --db school --user oec-sync --key-file key.txt',
  );
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const asked = await askedConnection(context, options);
  const check = await checkConnection(deployment, erp, asked);
  if (!maySave(check, options)) {
    const { version, findings } = check;
    const peer = `The ERP${version ? ` (Odoo ${version})` : ''}`;
    const text = refusal(peer, check, findingsTable(findings));
    return { data: { connected: false, check }, text, isBad: true };
  }
  const connection = { ...asked, time_zone: options.timeZone ?? zoneOf(check) };
  await confirmOtherErp(context, options, erp, connection);
  await save(deployment, erp, connection);
  const { url, database, language, time_zone } = connection;
  return {
    data: { connected: true, url, database, language, time_zone, check },
    text: welcome(connection, check),
  };
}

/** The school's time zone: that of the key's user, which Odoo needs for the timetable anyway, else this machine's. */
function zoneOf({ time_zone: ofUser }: ErpCheck): string {
  return ofUser !== undefined && isTimeZone(ofUser) ? ofUser : ownTimeZone();
}

async function askedConnection(context: CommandContext, options: ConnectOptions): Promise<ErpConnection> {
  const asked = {
    url: await askedAddress(options.url),
    database: options.db ?? (await ask('Name of the database:')),
    user: options.user ?? (await ask("Login of the API key's user:")),
    ...(options.language !== undefined && { language: options.language }),
    ...(options.timeZone !== undefined && { time_zone: options.timeZone }),
  };
  const key = await readSecret(context, options.keyFile, {
    name: 'key',
    option: '--key-file',
    prompt: 'API key (not shown):',
    in: keyIn,
  });
  const parsed = erpConnectionSchema.safeParse({ ...asked, key });
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))];
  throw usageError(
    `Not as it should be: ${fields.join(', ')}.`,
    'A language is a code such as en_US, fr_FR or pt_BR, a time zone a name such as Europe/Madrid; database and user ' +
      'must not be empty. Nothing was changed.',
  );
}

async function askedAddress(given: string | undefined): Promise<string> {
  const text = given ?? (await ask("Odoo's address:", (asked) => problemWith(() => erpAddress(asked))));
  return usable(() => erpAddress(text));
}

/** In another database the same ids are other people: their accounts in Moodle would get other names. */
async function confirmOtherErp(
  context: CommandContext,
  options: ConnectOptions,
  erp: ErpDeployment,
  connection: ErpConnection,
): Promise<void> {
  const known = await lastPlace(erp);
  if (!known || placeOf(known) === placeOf(connection)) return;
  await confirmed(
    context,
    options,
    `Until now the records came from ${placeOf(known)}. ` +
      `${placeOf(connection)} must be the same database moved, or a whole copy of it: in another one the same ids ` +
      'belong to other people, and accounts, courses and grades that are in Moodle would become theirs. For another ' +
      'school, deploy another stack (option stage).',
  );
}

async function save(deployment: Deployment, erp: ErpDeployment, connection: ErpConnection): Promise<void> {
  const { clients, now } = deployment;
  await noteAction(deployment, 'erp connect', new Map([[ofNoInstance, []]]));
  // Noted first: were it lost, another database could be connected later without a word.
  const { url, database } = connection;
  const connectedAt = new Date(now()).toISOString();
  await noteKnownErp(erp, { url, database, connected_at: connectedAt, disconnected_at: undefined });
  await saving(
    'The connection could not be stored in its secret',
    saveErpConnection(clients.secrets, erp.outputs.ErpConnectionSecret, connection),
  );
}

function welcome(connection: ErpConnection, { version, findings }: ErpCheck): Lines {
  return [
    `The ERP is connected: ${placeOf(connection)}${version ? `, Odoo ${version}` : ''}.`,
    `Its days are those of ${connection.time_zone} (--time-zone).`,
    findingsTable(findings),
    'Its records are read from the next minute on, a page after the other; a university of 20,000 students is read ' +
      'within the hour. `oec-moodle erp show` tells how far it is.',
  ];
}

/** What is not undone, for the question and for the answer. */
const stays =
  'The records that were read stay in the table, and what was made of them stays in Moodle; what the import wrote ' +
  'stays in the ERP. Changes on either side wait from now on.';

/** Forgets how the ERP is reached. Nothing is deleted anywhere. */
export async function disconnectErp(
  context: CommandContext,
  options: { yes?: boolean },
): Promise<CommandResult> {
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const place = await placeNow(erp);
  if (!place) return { data: { disconnected: false }, text: 'No ERP is connected.' };
  await confirmed(context, options, `The ERP (${placeOf(place)}) would be disconnected. ${stays}`);
  await noteAction(deployment, 'erp disconnect', new Map([[ofNoInstance, []]]));
  await saveErpConnection(deployment.clients.secrets, erp.outputs.ErpConnectionSecret, undefined);
  await noteKnownErp(erp, { disconnected_at: new Date(deployment.now()).toISOString() });
  return {
    data: { disconnected: true, url: place.url, database: place.database },
    text:
      `The ERP (${placeOf(place)}) is disconnected; functions notice within a minute. ${stays} Delete the API key ` +
      'in Odoo if it is not needed any more. `oec-moodle erp connect` goes on where it stopped.',
  };
}
