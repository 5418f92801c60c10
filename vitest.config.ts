import { defineConfig } from 'vitest/config';

/**
 * One project per question: pure logic, the peers' behaviour, the whole in the embedded cloud, the template, the
 * deployment, a live Moodle. The last two need what is not here, and are not part of `npm test`.
 */
const project = (name: string, testTimeout: number, globalSetup: string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: testTimeout,
    globalSetup,
  },
});

export default defineConfig({
  test: {
    // What functions and commands print in this process is theirs.
    disableConsoleIntercept: true,
    // Loading what a file imports costs more than most files: the next file in a worker finds it loaded.
    isolate: false,
    // Some wait for other processes and for queues: another one uses that time.
    maxWorkers: '150%',
    projects: [
      project('unit', 600_000),
      project('contract', 1_800_000),
      project('integration', 1_800_000, ['test/integration/synthesized-stack.ts']),
      project('infra', 1_800_000, ['test/infra/temporary-folders.ts']),
      project('deploy', 1_800_000),
      project('live', 1_800_000, ['test/integration/synthesized-stack.ts']),
    ],
  },
});
