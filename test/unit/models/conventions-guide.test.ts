import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkedSettings, parseAssignment, withSettings } from '#shared/moodle/instance/settings.ts';

const guide = readFileSync(new URL('../../../docs/conventions.md', import.meta.url), 'utf8');
const commands = [...guide.matchAll(/^npx oec-moodle instance set (?:.*\\\n)*.*$/gm)].map(([text]) => text);

/** The words of a command as a shell reads them: quotes go, and so do the ends of lines. */
function words(command: string): string[] {
  return [...command.replaceAll('\\\n', ' ').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare = '']) => quoted ?? bare,
  );
}

describe('the guide to conventions', () => {
  it('has a command for each section, and for each of the six universities', () => {
    expect(commands.length).toBeGreaterThanOrEqual(12);
  });

  it.each(commands)('%s can be set', (command) => {
    const [id = '', ...assignments] = words(command).slice(4);
    const base = { id, base_url: 'https://moodle.example.org' };
    const settings = withSettings(base, assignments.map(parseAssignment));
    expect(() => checkedSettings(settings)).not.toThrow();
  });
});
