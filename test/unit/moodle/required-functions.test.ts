import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  attendancePushFunctions,
  capabilitiesFor,
  missingFunctions,
  requiredFunctions,
} from '#shared/moodle/client/required-functions.ts';

const all = [...requiredFunctions, ...attendancePushFunctions];
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
    expect(missingFunctions(available).map(({ name }) => name)).toEqual(['core_user_create_users']);
  });

  it('and their capabilities all stand in the guide for administrators', () => {
    const guide = readFileSync('docs/moodle-setup.md', 'utf8');
    const unnamed = [...all.map(({ name }) => name), ...capabilitiesFor(all)].filter(
      (word) => !guide.includes(`\`${word}\``),
    );
    expect(unnamed).toEqual([]);
  });

  it('and their capabilities are just what the script for administrators gives', () => {
    const script = readFileSync('examples/moodle-setup/setup.php', 'utf8');
    const given = [
      ...script.matchAll(/'([a-z]+\/[a-z]+:[a-z]+|(?:core|enrol|gradereport|mod)_[a-z_]+_[a-z_]+[a-z])'/g),
    ];
    const wanted = [...all.map(({ name }) => name), ...capabilitiesFor(all)];
    expect(given.map(([, word]) => word).toSorted()).toEqual(wanted.toSorted());
  });

  it('name each capability once', () => {
    const capabilities = capabilitiesFor(all);
    expect(new Set(capabilities).size).toBe(capabilities.length);
    expect(capabilities).toContain('webservice/rest:use');
  });
});
