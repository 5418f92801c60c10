import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Synthesis } from '#infra/synthesize.ts';
import { synthesizeQuietly } from '#local/run/synthesize-quietly.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    synthesis: Synthesis;
  }
}

/**
 * Synthesizes the stack once for all integration tests: bundling its functions takes longer than most of them. It has
 * the ERP's side; tests without an ERP leave that out.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const outdir = await mkdtemp(join(tmpdir(), 'oec-moodle-sync-tests-'));
  const config = { erp: { completionField: 'x_moodle_completion' } };
  provide('synthesis', await synthesizeQuietly({ outdir, config }));
  return () => rm(outdir, { recursive: true, force: true });
}
