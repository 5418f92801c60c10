import { exitCodes } from '#cli/exit-codes.ts';
import { OperatorError, usageError } from '#cli/operator-error.ts';
import type { Instance } from '#shared/moodle/instance/instance.ts';
import {
  checkedSettings,
  parseAssignment,
  SettingError,
  type Settings,
  settingNames,
  settingTakes,
  withSettings,
} from '#shared/moodle/instance/settings.ts';
import { checkedAddress } from './site-check.ts';

/** Settings that have commands of their own, or none. */
export const elsewhere: Record<string, string> = {
  id: 'The id of an instance cannot be changed: register another one.',
  status: 'The status is changed with `instance pause`, `resume` and `disable`.',
};

/** The settings that `add` and `set` take, for the help. */
export function settingsHelp(): string {
  const rows = settingNames
    .filter((name) => !(name in elsewhere))
    .map((name) => `  ${name.padEnd(32)} ${settingTakes(name)}`);
  return `\nSettings (key=value; an empty value is the default; the README says what they mean):\n${rows.join('\n')}`;
}

/** The settings that `key=value …` names, the last one of each key. @throws OperatorError */
export function assignmentsIn(texts: readonly string[]): Map<string, string> {
  const changes = new Map<string, string>();
  for (const text of texts) {
    const [name, value] = usable(() => parseAssignment(text));
    const help = elsewhere[name];
    if (help) throw usageError(`${name} is not set like this.`, help);
    changes.set(name, name === 'base_url' && value !== '' ? checkedAddress(value) : value);
  }
  return changes;
}

/** @throws OperatorError for a value of the wrong kind */
export function changedSettings(current: Settings, changes: Map<string, string>): Settings {
  return usable(() => withSettings(current, changes));
}

/**
 * The instance that settings describe.
 *
 * @param secretPrefix under which the functions may read secrets
 * @throws OperatorError naming every setting that cannot be used
 */
export function checkedInstance(settings: Settings, secretPrefix: string): Instance {
  const instance = usable(() => checkedSettings(settings));
  const { secret_name } = instance;
  if (secret_name !== undefined && !secret_name.startsWith(secretPrefix)) {
    throw usageError(
      `The secret ${secret_name} could not be read: the functions may read what begins with ${secretPrefix} only.`,
      `Choose a name such as ${secretPrefix}${instance.id}.`,
    );
  }
  return instance;
}

function usable<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const advice = 'Nothing was changed; `oec-moodle instance set --help` lists the settings.';
    throw new OperatorError(error.message, advice, { exitCode: exitCodes.usage, cause: error });
  }
}
