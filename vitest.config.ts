import { defineConfig } from 'vitest/config';

const engineTests = '**/*.engine.test.ts';
const e2eTests = 'tests/e2e/**/*.e2e.test.ts';
const outside = ['**/node_modules/**', '.next/**', 'dist/**', 'data/**'];

// Generous on purpose: CI has two busy cores. No test asserts on wall time.
const limits = { testTimeout: 120_000, hookTimeout: 180_000, teardownTimeout: 30_000 };

export default defineConfig({
  test: {
    // Processes, not threads: the lab's daemons die with the process that started them, and a test may need chdir.
    pool: 'forks',
    projects: [
      {
        resolve: { tsconfigPaths: false },
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...outside, engineTests, '**/*.e2e.test.ts'],
          ...limits,
        },
      },
      {
        // Two files at once: each runs engines of its own, and more than two fight for the cores.
        test: { name: 'engine', include: [engineTests], exclude: outside, maxWorkers: 2, ...limits },
      },
      {
        test: { name: 'e2e', include: [e2eTests], exclude: outside, maxWorkers: 1, fileParallelism: false, ...limits },
      },
    ],
  },
});
