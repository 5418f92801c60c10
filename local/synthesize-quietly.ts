import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cp, glob, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ConfigInput } from '#infra/config.ts';
import { projectRoot } from '#infra/project-root.ts';
import type { Synthesis } from '#infra/synthesize.ts';

const program = fileURLToPath(new URL('./synthesize.ts', import.meta.url));

/** What the template and the bundles are made of. */
const sources = ['infra/**', 'functions/**', 'shared/**', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

const keptFolder = join(projectRoot, 'node_modules', '.cache', 'oec-moodle-sync');

/**
 * Synthesizes the stack in a process of its own, since the CDK and the npm that it starts chat on standard error. What
 * was synthesized from the same sources before is taken from there.
 *
 * @param options as {@link synthesize} takes them
 * @throws with all that they said when it fails
 */
export async function synthesizeQuietly({
  outdir,
  ...options
}: {
  outdir: string;
  config?: ConfigInput;
  isTemplateOnly?: boolean;
}): Promise<Synthesis> {
  const result = join(outdir, 'synthesis.json');
  await keptSynthesis(outdir, options, async () => {
    await promisify(execFile)(process.execPath, [program, outdir, JSON.stringify(options), result]);
  });
  const synthesis = JSON.parse(await readFile(result, 'utf8')) as Synthesis;
  return { ...synthesis, assetDirectory: outdir };
}

/**
 * Fills a folder with what `make` puts there, or with what an earlier run has kept of the same sources and options:
 * CDK takes longer than all the rest of a start. What is kept of other sources goes.
 *
 * @param options what the result depends on beside the sources
 */
async function keptSynthesis(outdir: string, options: unknown, make: () => Promise<void>): Promise<void> {
  const ofSources = await digestOfSources();
  const kept = join(keptFolder, ofSources, digest(JSON.stringify(options)));
  // The copy is the run's own: a later run may replace what is kept.
  if (await isCopied(kept, outdir)) return;
  await make();
  await mkdir(join(keptFolder, ofSources), { recursive: true });
  for (const name of await readdir(keptFolder)) {
    if (name !== ofSources) await rm(join(keptFolder, name), { recursive: true, force: true });
  }
  const part = `${kept}-${randomUUID()}`;
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

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  const paths: string[] = [];
  for await (const entry of glob(sources, { cwd: projectRoot, withFileTypes: true })) {
    if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  }
  for (const path of paths.sort()) hash.update(path).update(await readFile(path));
  return hash.digest('hex').slice(0, 32);
}
