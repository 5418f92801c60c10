import { input } from '@inquirer/prompts';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import { confirmed } from '#cli/confirm.ts';
import type { Deployment, ErpDeployment } from '#cli/connection/deployment.ts';
import { checkConnection, findingsTable } from '#cli/erp/check-connection.ts';
import { placeOf, requireErp } from '#cli/erp/erp-side.ts';
import { lastPlace, noteKnownErp } from '#cli/erp/known-erp.ts';
import { exitCodes } from '#cli/exit-codes.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import { ownTimeZone } from '#cli/own-time-zone.ts';
import { problemWith, readSecret, usable } from '#cli/secret-input.ts';
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

/** Findings after which connecting makes no sense, also where the operator insists: nothing would ever work. */
const hopeless = new Set([
  'access-denied',
  'no-database',
  'version-too-old',
  'language-not-installed',
  'no-openeducat',
]);

/** Connects an ERP: asks for what is missing, checks that the link can work with it, and then stores how it is reached. */
export async function connectErp(context: CommandContext, options: ConnectOptions): Promise<CommandResult> {
  requireAnswers(context, options);
  const deployment = await context.deployment();
  const erp = requireErp(deployment);
  const asked = await askedConnection(context, options);
  const check = await checkConnection(deployment, erp, asked);
  if (!mayConnect(check, options)) {
    return { data: { connected: false, check }, text: refusal(check), exitCode: exitCodes.failed };
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

/** Where nobody can be asked, everything that is missing is named at once. */
function requireAnswers({ isInteractive }: CommandContext, { url, db, user, keyFile }: ConnectOptions): void {
  if (isInteractive) return;
  const given = { '--url': url, '--db': db, '--user': user, '--key-file': keyFile };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 0) return;
  throw usageError(
    `Missing: ${missing.join(', ')}.`,
    'Give them, as in `oec-moodle erp connect --url https://erp.example.org --db school --user oec-sync --key-file key.txt`.',
  );
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

function ask(message: string, problemOf?: (text: string) => string | undefined): Promise<string> {
  const validate = (text: string) => problemOf?.(text) ?? true;
  return input({ message, required: true, validate }, { output: process.stderr });
}

function mayConnect({ status, findings }: ErpCheck, { force }: ConnectOptions): boolean {
  if (status !== 'failed') return true;
  return force === true && !isHopeless(findings);
}

function isHopeless(findings: ErpCheck['findings']): boolean {
  return findings.some(({ code }) => hopeless.has(code));
}

function refusal({ version, findings }: ErpCheck): string {
  return [
    `The ERP${version ? ` (Odoo ${version})` : ''} cannot be connected as it is. Nothing was changed.`,
    findingsTable(findings),
    isHopeless(findings)
      ? 'Put it right and run this again.'
      : 'Put it right and run this again, or connect it nevertheless with --force.',
  ].join('\n');
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

async function save(
  { clients, now }: Deployment,
  erp: ErpDeployment,
  connection: ErpConnection,
): Promise<void> {
  // Noted first: were it lost, another database could be connected later without a word.
  const { url, database } = connection;
  const connectedAt = new Date(now()).toISOString();
  await noteKnownErp(erp, { url, database, connected_at: connectedAt, disconnected_at: undefined });
  try {
    await saveErpConnection(clients.secrets, erp.outputs.ErpConnectionSecret, connection);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(
      `The connection could not be stored in its secret: ${reason}`,
      'Run the command again once that is put right.',
      { cause },
    );
  }
}

function welcome(connection: ErpConnection, { version, findings }: ErpCheck): string {
  return [
    `The ERP is connected: ${placeOf(connection)}${version ? `, Odoo ${version}` : ''}.`,
    `Its days are those of ${connection.time_zone} (--time-zone).`,
    ...(findings.length > 0 ? [findingsTable(findings)] : []),
    'Its records are read from the next minute on, a page after the other; a university of 20,000 students is read ' +
      'within the hour. `oec-moodle erp show` tells how far it is.',
  ].join('\n');
}
