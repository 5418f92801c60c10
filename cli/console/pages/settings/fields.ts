import { elsewhere } from '#cli/commands/instance/assignments.ts';
import { withDefaults } from '#cli/commands/instance/set.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { type Settings, type ShownSetting, shownSettings } from '#shared/moodle/instance/settings.ts';

/** What leads to another Moodle or another token is checked and confirmed on the terminal. */
const onTerminal = new Set([...Object.keys(elsewhere), 'base_url', 'secret_name']);

/** A setting that the form has. */
export interface FormField extends ShownSetting {
  /** As an operator writes it; empty where it is the default. */
  written: string;
  default: string;
}

/** The settings of the form, as they are in an instance's row. */
export function formFields(stored: Settings & { id: string }): FormField[] {
  const bare = instanceSchema.parse({ id: 'main', base_url: 'https://moodle.example.org' });
  const defaults = new Map(shownSettings(bare, {}).map(({ name, value }) => [name, value]));
  return shownSettings(withDefaults(stored), stored)
    .filter(({ name }) => !onTerminal.has(name))
    .map((setting) => ({
      ...setting,
      written: setting.isDefault ? '' : setting.value,
      default: defaults.get(setting.name) ?? '',
    }));
}
