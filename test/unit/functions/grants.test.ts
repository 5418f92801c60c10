import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { parseConfig } from '#infra/config.ts';
import { declarationsFor } from '#infra/stack.ts';

const declarations = declarationsFor(parseConfig({ erp: {} }));

/** All of ours that is in a function's bundle, but for the stores and what is only said of it. */
async function sourcesOf(name: string): Promise<string> {
  const { metafile } = await build({
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    write: false,
    metafile: true,
    outdir: 'none',
  });
  const files = Object.keys(metafile.inputs).filter(
    (file) => !/^shared\/store\/|declaration\.ts$/.test(file),
  );
  return files.map((file) => readFileSync(file, 'utf8')).join('\n');
}

it.each(declarations.map((one) => [one.name, one] as const))(
  '%s has no right that nothing in its bundle makes use of',
  async (name, { uses }) => {
    const sources = await sourcesOf(name);
    const unused = Object.entries(uses).flatMap(([part, { does = {} }]) => {
      const called = Object.keys(does).filter((method) => new RegExp(`\\.${method}\\b`).test(sources));
      const done = new Set(called.flatMap((method) => does[method]!));
      const idle = Object.values(does)
        .flat()
        .filter((action) => !done.has(action));
      return [...new Set(idle)].map((action) => `${part}: ${action}`);
    });
    expect(unused).toEqual([]);
  },
);
