import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ConfigInput } from '#infra/config.ts';
import type { Synthesis } from '#infra/synthesize.ts';
import { keptSynthesis } from './kept-synthesis.ts';

const program = fileURLToPath(new URL('./synthesize.ts', import.meta.url));

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
