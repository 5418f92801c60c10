import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';

/** Of each source file what it imports: files of the project, and packages. */
const imports = new Map<string, { files: string[]; packages: string[] }>();
for (const found of globSync('{functions,shared,cli,install,infra,local}/**/*.ts')) {
  const file = found.replaceAll('\\', '/');
  const names = [...readFileSync(file, 'utf8').matchAll(/(?:from|import) ?\(?'([^']+)'/g)].map(
    ([, name]) => name!,
  );
  const isOurs = (name: string) => name.startsWith('.') || name.startsWith('#');
  const pathOf = (name: string) =>
    name.startsWith('#') ? name.slice(1) : posix.join(posix.dirname(file), name);
  imports.set(file, {
    files: names.filter(isOurs).map(pathOf),
    packages: names.filter((name) => !isOurs(name)),
  });
}
const filesIn = (...rooms: string[]) =>
  [...imports.keys()].filter((file) => rooms.some((room) => file.startsWith(`${room}/`)));

/** All that these files need, directly or not. */
function reachedFrom(files: readonly string[]): Set<string> {
  const reached = new Set<string>();
  for (let rest = [...files]; rest.length > 0; ) {
    rest = rest.filter((file) => !reached.has(file));
    for (const file of rest) reached.add(file);
    rest = rest.flatMap((file) => imports.get(file)?.files ?? []);
  }
  return reached;
}

it('no file imports itself by way of others', () => {
  const inCircles = [...imports].filter(([file, { files }]) => reachedFrom(files).has(file));
  expect(inCircles.map(([file]) => file)).toEqual([]);
});

it('the engine knows no model and no peer', () => {
  const engine = filesIn('shared/sync');
  expect(engine.length).toBeGreaterThan(10);
  const foreign = engine.flatMap((file) =>
    imports.get(file)!.files.filter((name) => !name.startsWith('shared/sync/')),
  );
  expect(foreign).toEqual([]);
  expect(engine.filter((file) => readFileSync(file, 'utf8').includes("'op."))).toEqual([]);
});

it('neither the engine nor the models know AWS', () => {
  const known = filesIn('shared/sync', 'shared/models').flatMap((file) => imports.get(file)!.packages);
  expect(known.filter((name) => name.startsWith('@aws-') || name.startsWith('aws-'))).toEqual([]);
});

it('nothing that is deployed needs what only operators or a local system need', () => {
  const deployed = [...reachedFrom(filesIn('functions'))];
  expect(deployed.length).toBeGreaterThan(200);
  expect(deployed.filter((file) => /^(shared\/operate|cli|local|install)\//.test(file))).toEqual([]);
});

it('a room has at most fifteen files, except one of equals', () => {
  const counted = ['shared/sync', 'shared/moodle/push', 'shared/odoo/import', 'infra', 'local'];
  const rooms = Map.groupBy(filesIn(...counted), (file) => posix.dirname(file));
  const full = [...rooms].filter(([, files]) => files.length > 15).map(([room]) => room);
  expect(full).toEqual(['local/moodle/functions']);
});

it('what an operator has to confirm is noted in the operators’ log', () => {
  const changing = filesIn('cli/commands').filter((file) => /\bconfirmed\(/.test(readFileSync(file, 'utf8')));
  expect(changing.length).toBeGreaterThan(8);
  expect(changing.filter((file) => !readFileSync(file, 'utf8').includes('noteAction('))).toEqual([]);
});
