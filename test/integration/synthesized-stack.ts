import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Template } from '#infra/synthesize.ts';
import { synthesizeQuietly } from '#local/synthesize-quietly.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    template: Template;
  }
}

/** The stack of the integration tests: it has the ERP's side; tests without an ERP leave that out. */
export const testedStack = { erp: { completionField: 'x_moodle_completion' } };

/** Synthesizes the stack once for all integration tests. */
export default async function setup({ provide }: TestProject): Promise<void> {
  const outdir = await mkdtemp(join(tmpdir(), 'oec-moodle-sync-tests-'));
  const { template } = await synthesizeQuietly({ outdir, config: testedStack, isTemplateOnly: true });
  provide('template', template);
  await rm(outdir, { recursive: true });
}
