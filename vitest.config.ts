import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'test/**/*.test.{ts,tsx}'],
    exclude: ['dist/**', 'node_modules/**'],
    // Most tests wait for databases and browsers, so a small machine does well with two at once.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Stories start real servers, databases and browsers on small machines.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/build-once.ts'],
    setupFiles: ['test/support/property-seed.ts'],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'hono/jsx' } },
});
