import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    temporaryFolders: string;
  }
}

/** Makes the folder in which the tests of the template have theirs; a worker is ended without a word, so this clears up. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'oec-moodle-infra-'));
  provide('temporaryFolders', folder);
  return () => rm(folder, { recursive: true, force: true });
}
