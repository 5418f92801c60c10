import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '#infra/project-root.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';
import { temporaryFolder } from '#test/infra/template.ts';
import { testedStack } from '#test/integration/synthesized-stack.ts';

const { template, assetDirectory } = await synthesizeQuietly({
  outdir: temporaryFolder(),
  config: testedStack,
});

describe('bundles', () => {
  const bundles = Object.values(template.Resources)
    .filter((resource) => resource.Type === 'AWS::Lambda::Function')
    .map((resource): [name: string, path: string] => {
      const { Variables } = resource.Properties.Environment as { Variables: Record<string, string> };
      const folder = resource.Metadata?.['aws:asset:path'] as string;
      return [Variables.POWERTOOLS_SERVICE_NAME!, join(assetDirectory, folder, 'index.mjs')];
    });

  it.each(bundles)('%s is under 1 MB', (_name, path) => {
    expect(statSync(path).size).toBeLessThan(1_000_000);
  });

  it.each(bundles)('%s holds all it needs: it imports nothing but Node', (_name, path) => {
    const imports = readFileSync(path, 'utf8').matchAll(/(?<=[}*\s])from\s*["']([^"'./][^"']*)["']/g);
    const foreign = [...imports].map(([, name]) => name!).filter((name) => !isBuiltin(name));
    expect(foreign).toEqual([]);
  });
});

describe('the domain code', () => {
  const files = readdirSync(join(projectRoot, 'shared'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(projectRoot, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith(join('shared', 'store')));

  it('is there', () => {
    expect(files).not.toEqual([]);
  });

  it.each(files)('%s knows nothing of AWS', (path) => {
    const source = readFileSync(join(projectRoot, path), 'utf8');
    const imports = source.matchAll(/(?:from|import|import\()\s*['"]([^'"]+)['"]/g);
    const aws = [...imports].map(([, name]) => name!).filter((name) => /^(@aws-|@smithy\/|aws-)/.test(name));
    expect(aws).toEqual([]);
  });
});
