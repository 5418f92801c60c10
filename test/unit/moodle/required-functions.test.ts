import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  capabilitiesFor,
  everyFunction,
  functionsFor,
  missingFunctions,
  needsBySetting,
  requiredFunctions,
} from '#shared/moodle/client/required-functions.ts';
import { instanceSchema } from '#shared/moodle/instance/instance.ts';
import { settingNames } from '#shared/moodle/instance/settings.ts';

const guide = readFileSync('docs/moodle-setup.md', 'utf8');
const instance = instanceSchema.parse({ id: 'demo', base_url: 'https://moodle.example.org' });
const settings: string[] = needsBySetting.map(({ setting }) => setting);
const names = requiredFunctions.map(({ name }) => name);

describe('the required functions', () => {
  it('are 24, each once', () => {
    expect(new Set(names).size).toBe(24);
    expect(names).toHaveLength(24);
  });

  it('are missing when the site has them under neither name', () => {
    const available = names
      .filter((name) => name !== 'core_user_create_users')
      .map((name) => name.replace('mod_attendance_', 'mod_wsattendance_'));
    expect(missingFunctions(available, requiredFunctions).map(({ name }) => name)).toEqual([
      'core_user_create_users',
    ]);
  });

  it('and their capabilities all stand in the guide for administrators', () => {
    const unnamed = [...names, ...capabilitiesFor(requiredFunctions)].filter(
      (word) => !guide.includes(`\`${word}\``),
    );
    expect(unnamed).toEqual([]);
  });

  it('and all that settings need are just what the script for administrators gives', () => {
    const script = readFileSync('examples/moodle-setup/setup.php', 'utf8');
    const given = [
      ...script.matchAll(
        /'([a-z]+\/[a-z]+:[a-z]+|(?:core|enrol|gradereport|mod|tool)_[a-z_]+_[a-z_]+[a-z])'/g,
      ),
    ].map(([, word]) => word!);
    const wanted = [...everyFunction.map(({ name }) => name), ...capabilitiesFor(everyFunction)];
    expect([...new Set(given)].filter((word) => !settings.includes(word)).toSorted()).toEqual(
      wanted.toSorted(),
    );
  });

  it('are all that an instance with default settings needs', () => {
    expect(functionsFor(instance)).toEqual(requiredFunctions);
  });
});

describe('what a setting needs besides', () => {
  it.each(needsBySetting)('stands in the guide and the script: $setting', ({ setting, needs }) => {
    const root = settingNames.filter((name) => name === setting || name.startsWith(`${setting}.`));
    expect(root).not.toEqual([]);
    const functions = Object.keys(needs).filter((name) => !names.includes(name));
    const basic = capabilitiesFor(requiredFunctions);
    const capabilities = Object.values(needs)
      .flatMap((need) => need.capabilities)
      .filter((name) => !basic.includes(name));
    const wanted = [...new Set([...functions, ...capabilities])].toSorted();
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${setting}\``)) ?? '';
    expect(
      [...row.matchAll(/`([a-z]+[/_][a-z_:/]+)`/g)]
        .map(([, word]) => word)
        .filter((word) => word !== setting)
        .toSorted(),
    ).toEqual(wanted);
  });

  it('is needed where it is set, each function once, with its capabilities', () => {
    const pushing = functionsFor({ ...instance, sync_attendance_from: 'both' });
    expect(pushing.filter(({ setting }) => setting).map(({ name }) => name)).toEqual([
      'mod_attendance_update_user_status',
      'mod_attendance_add_attendance',
      'mod_attendance_add_session',
    ]);
    expect(capabilitiesFor(pushing)).toContain('mod/attendance:takeattendances');
    const all = everyFunction.map(({ name }) => name);
    expect(new Set(all).size).toBe(all.length);
  });
});
