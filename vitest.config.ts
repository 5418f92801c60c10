import { defineConfig } from 'vitest/config';

/** One project per question: pure logic, the peers' behaviour, the whole in the embedded cloud, the template. */
const project = (name: string, testTimeout: number) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 20_000),
      project('contract', 120_000),
      project('integration', 300_000),
      project('infra', 180_000),
    ],
  },
});
