import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import semver from 'semver';
import { expect, test } from 'vitest';
import { projectRoot } from '#infra/project-root.ts';
import { ownNodes, withoutSatisfiedEngines } from '#install/engines.ts';

const read = (file: string) => JSON.parse(readFileSync(join(projectRoot, file), 'utf8'));

const node = (version: string) => ({ version, optional: true, bin: { node: 'bin/node' } });
const lock = (engines: Record<string, string>, nodes = [node('24.21.0'), node('26.10.0')]) => ({
  lockfileVersion: 3,
  packages: {
    '': { engines: { node: '>=20' } },
    ...Object.fromEntries(nodes.map((entry, index) => [`node_modules/node-${index}`, entry])),
    'node_modules/asking': { version: '1.0.0', engines },
  },
});
const enginesAfter = (...args: Parameters<typeof lock>) =>
  withoutSatisfiedEngines(lock(...args)).packages['node_modules/asking']?.engines;

test.each([
  ['what each of our Nodes satisfies, and an older npm would warn of', { node: '>=22.12.0' }, undefined],
  ['a range with a gap where npm may run', { node: '^20.19.0 || >=22.12.0' }, undefined],
  ['what npm can never warn of', { node: '>=18' }, { node: '>=18' }],
  ['what none of our Nodes satisfies', { node: '^22.0.0' }, { node: '^22.0.0' }],
  ['what the Node of one platform does not satisfy', { node: '>=26' }, { node: '>=26' }],
  ['what is asked of npm', { node: '>=22', npm: '>=99' }, { npm: '>=99' }],
  ['nothing asked of Node', { vscode: '^1' }, { vscode: '^1' }],
])('the lock file: %s', (_case, engines, after) => {
  expect(enginesAfter(engines as Record<string, string>)).toEqual(after);
});

test('the lock file keeps its own engines and all else', () => {
  const before = lock({ node: '>=18' });
  expect(withoutSatisfiedEngines(before)).toEqual(before);
});

test('the lock file in the repository is as an install leaves it: `npm ci` has nothing to warn of', () => {
  const locked = read('package-lock.json');
  expect(withoutSatisfiedEngines(locked)).toEqual(locked);
  for (const [path, { engines }] of Object.entries<{ engines?: { node?: string } }>(locked.packages)) {
    if (engines?.node) expect(semver.subset('>=20', engines.node), path).toBe(true);
  }
});

test('each platform has a Node that runs TypeScript as it is, pinned by its hash, without an install script', () => {
  const { packages } = read('package-lock.json');
  const names = Object.keys(read('package.json').optionalDependencies);
  expect(ownNodes({ packages })).toHaveLength(names.length);
  for (const name of names) {
    const { version, integrity, hasInstallScript } = packages[`node_modules/${name}`];
    expect(semver.major(version), name).toBeGreaterThanOrEqual(24);
    expect(integrity, name).toMatch(/^sha512-/);
    expect(hasInstallScript, name).toBeUndefined();
  }
});

test('no package may run a script when it is installed', () => {
  const { packages } = read('package-lock.json');
  const withScripts = Object.keys(packages)
    .filter((path) => packages[path].hasInstallScript)
    .map((path) => path.replace(/^.*node_modules\//, ''));
  const { allowScripts } = read('package.json');
  expect(allowScripts).toEqual(Object.fromEntries(withScripts.map((name) => [name, false])));
});
