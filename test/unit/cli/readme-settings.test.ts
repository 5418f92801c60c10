import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { settingMeanings } from '#shared/moodle/instance/setting-meanings.ts';

it("README's table of settings says what the page of settings says", async () => {
  const readme = await readFile('README.md', 'utf8');
  for (const [name, meaning] of Object.entries(settingMeanings))
    if (name !== 'id' && name !== 'base_url') expect(readme).toContain(`| \`${name}\` | ${meaning} |`);
});
