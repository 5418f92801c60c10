import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/architecture.md', 'utf8');
const sections = page.split(/^### /m).slice(1);
const ways = sections.map((text) => ({
  title: text.split('\n')[0]!,
  files: [...text.matchAll(/^\d+\. `([^`]+\.ts)`/gm)].map(([, file]) => file!),
}));
/** How many files each way may take a reader through. */
const most = [20, 10, 30, 20, 12];

/** The files of the project that a file imports. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [...source.matchAll(/from '(#|\.{1,2}\/)([^']+\.ts)'/g)].map(([, kind, path]) =>
    kind === '#' ? path! : normalize(join(dirname(file), `${kind}${path}`)),
  );
}

/** All that files lead to by imports. */
function reachedFrom(files: readonly string[]): Set<string> {
  const reached = new Set(files);
  for (const file of reached) for (const next of importsOf(file)) reached.add(next);
  return reached;
}

it('there are five ways', () => {
  expect(ways.map(({ title }) => title[0])).toEqual(['1', '2', '3', '4', '5']);
});

describe.each(ways.map((way, index) => ({ ...way, most: most[index]! })))('way $title', ({ files, most }) => {
  it('names files that there are, and few enough', () => {
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    expect(files.length).toBeGreaterThan(5);
    expect(files.length).toBeLessThanOrEqual(most);
  });

  it('leads from file to file', () => {
    // What a function's handler begins is reached by a message; failures are thrown back to who has called.
    const begins = files.filter((file, index) => index === 0 || file.startsWith('functions/'));
    const reached = reachedFrom([
      ...begins,
      'functions/push-worker/handler.ts',
      'functions/push-worker/declaration.ts',
    ]);
    const declarations = begins
      .map((file) => file.replace('handler.ts', 'declaration.ts'))
      .filter(existsSync);
    for (const file of reachedFrom(declarations)) reached.add(file);
    expect(files.filter((file) => !reached.has(file))).toEqual([]);
  });
});

it('every file and folder that the page names is there', () => {
  const named = [...page.matchAll(/`((?:shared|functions|infra|cli|local|test)\/[\w./-]+)`/g)].map(
    ([, path]) => path!,
  );
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
