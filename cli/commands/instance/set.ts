import type { CommandContext, CommandResult } from '#cli/command.ts';
import type { Deployment } from '#cli/connection/deployment.ts';
import { writtenSettings } from '#cli/instances.ts';
import { noteAction } from '#cli/note-action.ts';
import { usageError } from '#cli/operator-error.ts';
import type { Lines } from '#cli/output/lines.ts';
import { table } from '#cli/output/table.ts';
import { maySave, saving } from '#cli/peer-check.ts';
import { confirmed } from '#cli/prompts.ts';
import {
  capabilitiesFor,
  functionsFor,
  requiredFunctions,
} from '#shared/moodle/client/required-functions.ts';
import { isCustomField } from '#shared/moodle/conventions/profile.ts';
import type { Health } from '#shared/moodle/health/health.ts';
import { unknownField } from '#shared/moodle/health/profile-fields.ts';
import { type Instance, instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Settings, type ShownSetting, shownSettings } from '#shared/moodle/instance/settings.ts';
import type { TemplateExamples } from '#shared/operate/plan/template-examples.ts';
import { tokenSecrets } from '#shared/store/secrets/token-secrets.ts';
import { secretNameOf } from '#shared/store/secrets/tokens.ts';
import { assignmentsIn, changedSettings, checkedInstance } from './assignments.ts';
import { examplesOfChanges, examplesText } from './examples.ts';
import { checkSite, findingsText, readToken, siteRefusal } from './site-check.ts';

export interface SetOptions {
  tokenFile?: string;
  force?: boolean;
  yes?: boolean;
}

/** A setting before and after, as an operator writes it. */
export interface Change {
  name: string;
  before: string;
  after: string;
}

export interface SetResult {
  saved: boolean;
  changes: Change[];
  /** Functions and capabilities that these settings need in Moodle and those before did not. */
  needs?: string[];
  token_replaced?: boolean;
  /** What templates that are changed make of some records. */
  examples?: TemplateExamples[];
  /** Of the check, where one was made. */
  health?: Health;
}

/**
 * Changes settings of an instance, and its token. What decides whether Moodle is reached is checked first; where it needs
 * more than before, a course that is a template too, Moodle is asked whether it is there, and its lack is told. What fills
 * in a field that Moodle does not know is refused.
 */
export async function setInstance(
  context: CommandContext,
  options: SetOptions,
  id: string,
  assignments: string[],
): Promise<CommandResult<SetResult>> {
  const wanted = assignmentsIn(assignments);
  if (wanted.size === 0 && options.tokenFile === undefined) {
    throw usageError(
      'Nothing is to be changed.',
      'Give key=value or --token-file; --help lists the settings.',
    );
  }
  const deployment = await context.deployment();
  const { before, settings, instance, changes } = await wouldChange(deployment, id, wanted);
  const token = options.tokenFile === undefined ? undefined : await readToken(context, options.tokenFile);
  if (changes.length === 0 && token === undefined) {
    return { data: { saved: false, changes }, text: `${id} has these settings already.` };
  }
  if (before.base_url !== instance.base_url) await confirmAnotherSite(context, options, deployment, instance);
  const leadsElsewhere = changes.some(({ name }) => name === 'base_url' || name === 'secret_name');
  const needs = newNeeds(before, instance);
  const isOther = token !== undefined || leadsElsewhere;
  const fills = changes.some(fillsCustomField);
  const names = changes.map(({ name }) => name);
  const isAboutSite = names.some((name) => /^(course_template|teacher_roles\.|profile\.lang$)/.test(name));
  const isAsked = isOther || needs.length > 0 || fills || isAboutSite;
  const health = isAsked ? await checkSite(deployment, instance, token) : undefined;
  const isDoubtful = isOther || (fills && health?.release === undefined);
  if (health && isDoubtful && !maySave(health, options)) {
    return { data: { saved: false, changes, health }, text: siteRefusal(health), isBad: true };
  }
  const unknown = health?.findings.filter(({ code }) => fills && code === unknownField) ?? [];
  if (unknown.length > 0 && !options.force) {
    const text = [
      `${id} is not changed.`,
      findingsText(unknown),
      'Put it right, or save it nevertheless with --force.',
    ];
    return { data: { saved: false, changes, ...(health && { health }) }, text, isBad: true };
  }
  const examples = await examplesOfChanges(deployment, instance, changes);
  await noteAction(deployment, 'instance set', new Map([[id, []]]));
  await save(deployment, { ...settings, id }, instance, token);
  if (health) await deployment.instanceStates.saveHealth(id, health);
  return {
    data: {
      ...{ saved: true, changes, needs, examples, token_replaced: token !== undefined },
      ...(health && { health }),
    },
    text: [
      ...summary(id, changes, health, token !== undefined),
      ...[needsText(needs), examplesText(examples)],
    ],
  };
}

/** What some assignments would make of an instance. @throws OperatorError naming every setting that cannot be used */
export async function wouldChange(deployment: Deployment, id: string, wanted: Map<string, string>) {
  const before = await writtenSettings(deployment, id);
  const settings = changedSettings(before, wanted);
  const instance = checkedInstance(settings, deployment.outputs.SecretPrefix);
  return { before, settings, instance, changes: changesBetween(before, settings, instance) };
}

function changesBetween(before: Settings, after: Settings, instance: Instance): Change[] {
  const valuesOf = (settings: readonly ShownSetting[]) =>
    new Map(settings.map((setting) => [setting.name, shown(setting)]));
  const [old, now] = [
    valuesOf(shownSettings(withDefaults(before), before)),
    valuesOf(shownSettings(instance, after)),
  ];
  // A setting whose name ends in a key that an operator chooses is there only where it is set.
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((name) => ({ name, before: old.get(name) ?? unset, after: now.get(name) ?? unset }))
    .filter((change) => change.before !== change.after);
}

/** Whether a change fills in a field that a site has added to its accounts. */
export function fillsCustomField({ name, after }: Change): boolean {
  return isCustomField(name.replace('profile.', '')) && after !== unset;
}

/** The functions and capabilities that an instance needs in Moodle and did not before. */
export function newNeeds(before: Settings, instance: Instance): string[] {
  const readable = instanceSchema.safeParse(before).data;
  const [old, now] = [readable ? functionsFor(readable) : requiredFunctions, functionsFor(instance)].map(
    (functions) => [...functions.map(({ name }) => name), ...capabilitiesFor(functions)],
  ) as [string[], string[]];
  return now.filter((name) => !old.includes(name));
}

/** What a person has to give the token for new settings. */
export function needsText(needs: readonly string[]): Lines {
  if (needs.length === 0) return [];
  return (
    `In Moodle the token needs besides: ${needs.join(', ')} (docs/moodle-setup.md). ` +
    '`oec-moodle doctor` says which of them are not there.'
  );
}

/** A row that cannot be read is shown as it is. */
export function withDefaults(settings: Settings): Settings {
  return instanceSchema.safeParse(settings).data ?? settings;
}

const unset = '(default)';

function shown({ value, isDefault }: ShownSetting): string {
  return isDefault ? `${value} (default)`.trim() : value;
}

/** Mappings hold the Moodle ids of one Moodle: with another one behind the address they would point at strangers. */
async function confirmAnotherSite(
  context: CommandContext,
  options: SetOptions,
  { mappings }: Deployment,
  { id, base_url }: Instance,
): Promise<void> {
  const first = await mappings.page(id, { from: 'oec_', to: 'oec_~', limit: 1 });
  if (first.mappings.length === 0) return;
  await confirmed(
    context,
    options,
    `${id} has mappings of the Moodle that it was until now. ${base_url} must be the same site, or a whole copy of ` +
      'its database: in another Moodle their ids belong to other people and courses.',
  );
}

async function save(
  { instances, clients, outputs }: Deployment,
  settings: Settings & { id: string },
  instance: Instance,
  token: string | undefined,
): Promise<void> {
  if (token === undefined) return instances.put(settings);
  const secret = secretNameOf(instance, outputs.SecretPrefix);
  await tokenSecrets(clients.secrets).store(secret, token);
  await saving(
    `The token is stored in the secret ${secret}, but the settings of ${instance.id} are not saved`,
    instances.put(settings),
  );
}

function summary(id: string, changes: Change[], health: Health | undefined, isTokenNew: boolean) {
  const rows = changes.map(({ name, before, after }) => [name, before, after]);
  return [
    `${id} is changed.`,
    changes.length > 0 && table(['setting', 'before', 'after'], rows),
    health && findingsText(health.findings),
    isTokenNew && 'The workers take the new token within 5 minutes.',
    changes.length > 0 &&
      'It counts for what is pushed from now on; records that it concerns are found by the next sweeps, within the hour.',
  ];
}
