import { createHash, randomUUID } from 'node:crypto';
import { cp, glob, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '#infra/project-root.ts';

/** What the template and the bundles are made of. */
const sources = ['infra/**', 'functions/**', 'shared/**', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

const keptFolder = join(projectRoot, 'node_modules', '.cache', 'oec-moodle-sync');

/**
 * Fills a folder with what `make` puts there, or with what an earlier run has kept of the same sources: bundling
 * takes longer than all the rest of a start.
 *
 * @param options what the result depends on beside the sources
 */
export async function keptSynthesis(
  outdir: string,
  options: unknown,
  make: () => Promise<void>,
): Promise<void> {
  const kept = join(keptFolder, await digestOfSources(options));
  // The copy is the run's own: a later run may replace what is kept.
  if (await isCopied(kept, outdir)) return;
  await make();
  const part = join(keptFolder, `part-${randomUUID()}`);
  await rm(keptFolder, { recursive: true, force: true });
  await mkdir(keptFolder, { recursive: true });
  await cp(outdir, part, { recursive: true });
  // Whoever comes first has made the same.
  await rename(part, kept).catch(() => rm(part, { recursive: true, force: true }));
}

async function isCopied(kept: string, outdir: string): Promise<boolean> {
  try {
    await cp(kept, outdir, { recursive: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

async function digestOfSources(options: unknown): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([options ?? null, process.version]));
  const paths: string[] = [];
  for await (const entry of glob(sources, { cwd: projectRoot, withFileTypes: true })) {
    if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  }
  for (const path of paths.sort()) hash.update(path).update(await readFile(path));
  return hash.digest('hex').slice(0, 32);
}
