import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Synthesis } from '#infra/synthesize.ts';

const program = fileURLToPath(new URL('./synthesize.ts', import.meta.url));

/**
 * Synthesizes the stack in a process of its own, since the CDK and the npm that it starts chat on standard error.
 *
 * @throws with all that they said when it fails
 */
export async function synthesizeQuietly({ outdir }: { outdir: string }): Promise<Synthesis> {
  const result = join(outdir, 'synthesis.json');
  await promisify(execFile)(process.execPath, [program, outdir, result]);
  return JSON.parse(await readFile(result, 'utf8')) as Synthesis;
}
