import { select } from '@inquirer/prompts';
import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { noteAction } from '#cli/note-action.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import type { Lines } from '#cli/output/lines.ts';
import { maySave, saving } from '#cli/peer-check.ts';
import { ask, confirmed, ownTimeZone, requireAnswers } from '#cli/prompts.ts';
import { timeZone } from '#shared/models/fields/school-day.ts';
import type { Health } from '#shared/moodle/health/health.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import type { Settings } from '#shared/moodle/instance/settings.ts';
import { tokenSecrets } from '#shared/store/secrets/token-secrets.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import { assignmentsIn, changedSettings, checkedInstance } from './assignments.ts';
import {
  addressProblem,
  checkedAddress,
  checkSite,
  enteredToken,
  findingsText,
  readToken,
  siteRefusal,
} from './site-check.ts';

export interface AddOptions {
  url?: string | undefined;
  tokenFile?: string;
  /** The token itself, from where nothing is kept of what is entered. */
  token?: string;
  paused?: boolean;
  force?: boolean;
  yes?: boolean;
}

/** What was registered, or what the check found that keeps it from being so. */
export type AddedInstance =
  | { saved: true; instance: Settings & { id: string }; secret_name: string; health: Health }
  | { saved: false; health: Health };

/**
 * Registers a Moodle: asks for what is missing, checks that it can be synced with, and then stores the token and the
 * settings.
 */
export async function addInstance(
  context: CommandContext,
  options: AddOptions,
  givenId: string | undefined,
  assignments: string[],
): Promise<CommandResult<AddedInstance>> {
  const changes = assignmentsIn(assignments);
  const url = options.url ?? changes.get('base_url');
  requireAnswers(
    context,
    { 'the id': givenId, '--url': url, '--token-file': options.tokenFile ?? options.token },
    'oec-moodle instance add main --url https://moodle.example.org --token-file token.txt',
  );
  const deployment = await context.deployment();
  const id = givenId ?? (await ask('Name of the instance, such as main:', idProblem));
  const problem = idProblem(id);
  if (problem) throw usageError(`The id ${id} cannot be used: ${problem}.`, 'Choose another one.');
  await requireNew(deployment, id);
  const base_url = checkedAddress(url ?? (await ask("Moodle's address (wwwroot):", addressProblem)));
  const chosen = new Map([
    ...changes,
    ...(await zoneChoice(context, changes)),
    ...(await passwordChoice(context, changes)),
  ]);
  const settings = {
    ...changedSettings({}, chosen),
    id,
    base_url,
    ...(options.paused && { status: 'paused' }),
  };
  const instance = checkedInstance(settings, deployment.outputs.SecretPrefix);
  if (!options.force) await requireOtherSite(deployment, instance);
  const token =
    options.token === undefined ? await readToken(context, options.tokenFile) : enteredToken(options.token);
  const health = await checkSite(deployment, instance, token);
  if (!maySave(health, options)) {
    return { data: { saved: false, health }, text: siteRefusal(health), isBad: true };
  }
  const secret = secretNameOf(instance, deployment.outputs.SecretPrefix);
  await noteAction(deployment, 'instance add', new Map([[id, []]]));
  await tokenSecrets(deployment.clients.secrets).store(secret, token, () =>
    confirmed(context, options, `The secret ${secret} holds another token already, which is replaced.`),
  );
  await save(deployment, settings, secret);
  await deployment.instanceStates.saveHealth(id, health);
  return {
    data: { saved: true, instance: settings, secret_name: secret, health },
    text: welcome(instance, secret, health),
  };
}

function idProblem(id: string): string | undefined {
  return instanceSchema.shape.id.safeParse(id).error?.issues[0]?.message;
}

/**
 * The school's time zone: this machine's is suggested, and taken where nobody can be asked. No function of Moodle's
 * that the link may call tells the site's.
 */
async function zoneChoice(
  { isInteractive }: CommandContext,
  changes: Map<string, string>,
): Promise<[string, string][]> {
  if (changes.has('time_zone')) return [];
  const problemOf = (text: string) => timeZone.safeParse(text).error?.issues[0]?.message;
  const zone = isInteractive ? await ask("The school's time zone:", problemOf, ownTimeZone()) : ownTimeZone();
  return [['time_zone', zone]];
}

/** A password that was mailed to thousands cannot be called back: where it was not said how, a person is asked. */
async function passwordChoice(
  context: CommandContext,
  changes: Map<string, string>,
): Promise<[string, string][]> {
  const isSaid = [...changes.keys()].some((name) => name.startsWith('new_accounts.'));
  if (!context.isInteractive || isSaid) return [];
  const password = await select(
    {
      message: 'How do people whose account is new get a password?',
      choices: [
        { value: 'mailed', name: 'Moodle mails it to them' },
        { value: 'random', name: 'a random one, no mail: they use “Forgotten your password?”' },
      ],
    },
    { output: process.stderr },
  );
  return [['new_accounts.password', password]];
}

async function requireNew({ instances }: Deployment, id: string): Promise<void> {
  if ((await instances.settings(id)) === undefined) return;
  throw new OperatorError(
    `There is an instance ${id} already.`,
    `\`oec-moodle instance set ${id}\` changes it; or choose another id.`,
  );
}

/** Two instances on one Moodle would each take the other's accounts and courses for their own. */
async function requireOtherSite({ instances }: Deployment, { base_url }: Instance): Promise<void> {
  const other = (await instances.list()).instances.find((instance) => instance.base_url === base_url);
  if (!other) return;
  throw new OperatorError(
    `${base_url} is registered already, as ${other.id}.`,
    `\`oec-moodle instance set ${other.id}\` changes it. If it is meant, add --force.`,
  );
}

async function save(
  { instances }: Deployment,
  settings: Settings & { id: string },
  secret: string,
): Promise<void> {
  const lack = `The token is stored in the secret ${secret}, but the instance ${settings.id} is not saved`;
  if (await saving(lack, instances.create(settings))) return;
  throw new OperatorError(
    `${lack}: somebody else has just registered one with this id.`,
    `Look at it with \`oec-moodle instance show ${settings.id}\`; its token is the one you gave.`,
  );
}

function welcome(instance: Instance, secret: string, { release, findings }: Health): Lines {
  const { id, base_url, status, new_accounts, time_zone } = instance;
  const passwords =
    new_accounts.auth !== 'manual'
      ? `People log in with ${new_accounts.auth}.`
      : new_accounts.password === 'mailed'
        ? 'Moodle mails a password to everybody who gets an account (new_accounts.password=random: it mails none).'
        : 'New accounts get a random password that nobody is told.';
  return [
    `${id} is registered: ${base_url}${release ? `, Moodle ${release}` : ''}. Its token is in the secret ${secret}.`,
    findingsText(findings),
    passwords,
    `Its days are those of ${time_zone} (time_zone).`,
    status === 'active'
      ? 'Records that are there already are pushed by the next sweeps, within the hour. To look first: `oec-moodle ' +
        `instance pause ${id}\`, then \`oec-moodle plan\`.`
      : `Nothing is pushed before \`oec-moodle instance resume ${id}\`.`,
  ];
}
